import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { MongoClient } from 'mongodb';
import { commandOf } from '../support/wire.ts';

/** A proxy that counts what goes through it: commands by name, and connections at their most. */
export interface CountingProxy {
  uri: string;
  /** Commands since the last call, without those by which the driver watches the server. */
  take(): Map<string, number>;
  connections(): number;
  peak(): number;
  close(): void;
}

/** What the driver sends by itself: handshakes, monitoring, and the end of its own sessions. */
const driversOwn = new Set(['hello', 'ismaster', 'isMaster', 'endSessions', 'ping', 'buildInfo']);

/** Puts a counting proxy before the first host of `uri`; without TLS. */
export async function startCountingProxy(uri: string): Promise<CountingProxy> {
  const [first] = new MongoClient(uri).options.hosts;
  const { host = '127.0.0.1', port = 27017 } = first ?? {};
  let counts = new Map<string, number>();
  let open = 0;
  let peak = 0;
  const server = createServer((client) => {
    open += 1;
    peak = Math.max(peak, open);
    const upstream = connect({ host, port });
    let rest: Buffer = Buffer.alloc(0);
    client.on('data', (bytes) => {
      upstream.write(bytes);
      rest = Buffer.concat([rest, bytes]);
      while (rest.length >= 4 && rest.length >= rest.readInt32LE(0)) {
        const length = rest.readInt32LE(0);
        const name = commandOf(rest.subarray(0, length))?.name;
        if (name && !driversOwn.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
        rest = rest.subarray(length);
      }
    });
    upstream.on('data', (bytes) => client.write(bytes));
    client.on('close', () => {
      open -= 1;
      upstream.destroy();
    });
    upstream.on('close', () => client.destroy());
    for (const socket of [client, upstream]) socket.setNoDelay(true).on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: ownPort } = server.address() as { port: number };
  return {
    uri: `mongodb://127.0.0.1:${ownPort}/?directConnection=true`,
    take: () => {
      const taken = counts;
      counts = new Map();
      return taken;
    },
    connections: () => open,
    peak: () => peak,
    close: () => void server.close(),
  };
}
