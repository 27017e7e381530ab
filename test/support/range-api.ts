import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on the loopback interface that speaks the range API of breached passwords. */
export interface RangeApi {
  /** Base URL, to which five hex digits are appended. */
  readonly url: string;
  readonly requests: { path: string; padding: string | undefined }[];
  /** From now on it answers like this: at once, with an error, with a redirect, or never. */
  behave(how: 'well' | 'error' | 'redirect' | 'silent'): void;
  close(): Promise<void>;
}

/** Starts one that knows these passwords as breached, and pads every answer with entries of count 0. */
export async function startRangeApi(
  breached: readonly string[],
  padding: readonly string[] = [],
): Promise<RangeApi> {
  const entries = [...breached.map((each) => entry(each, 3)), ...padding.map((each) => entry(each, 0))];
  const requests: RangeApi['requests'] = [];
  let behaviour: Parameters<RangeApi['behave']>[0] = 'well';

  const server = createServer((req: IncomingMessage, res) => {
    requests.push({ path: req.url ?? '', padding: req.headers['add-padding']?.toString() });
    if (behaviour === 'silent') return;
    if (behaviour === 'error') return void res.writeHead(503).end();
    if (behaviour === 'redirect') return void res.writeHead(302, { location: '/elsewhere' }).end();
    const prefix = (req.url ?? '').slice('/range/'.length);
    const range = entries.filter(({ hash }) => hash.startsWith(prefix));
    const lines = range.map(({ hash, count }) => `${hash.slice(5)}:${count}`);
    res.end([`${'0'.repeat(35)}:0`, ...lines, `${'F'.repeat(35)}:0`].join('\r\n'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/range/`,
    requests,
    behave: (how) => {
      behaviour = how;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const entry = (password: string, count: number) => ({
  hash: createHash('sha1').update(password).digest('hex').toUpperCase(),
  count,
});
