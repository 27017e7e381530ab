import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/**
 * Keeps an answer back until `prepare` is done, so that nothing leaves before the session is stored.
 *
 * What is written meanwhile is kept in memory, as Lambda does anyway. Where `prepare` returns undefined the
 * answer leaves at once; where it fails, the answer is dropped, its headers are put back to what they were, and
 * `fail` makes another one. Stock express-session sends the head first and stores after (expressjs/session#538).
 */
export function holdAnswer(res: ServerResponse, { prepare, release, fail }: Held): void {
  const real = { write: res.write, end: res.end, writeHead: res.writeHead, flushHeaders: res.flushHeaders };
  const headersBefore = res.getHeaders();
  const chunks: Uint8Array[] = [];
  // What came before us is called again only when nothing is held; who came after us may keep what wraps ours.
  let state: 'open' | 'ended' | 'released' = 'open';

  function keep(chunk: unknown, encoding: unknown): void {
    if (typeof chunk === 'string') chunks.push(Buffer.from(chunk, encodingOf(encoding)));
    else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  }

  function send(): void {
    state = 'released';
    const body = chunks.length > 1 ? Buffer.concat(chunks) : chunks[0];
    release(() => real.end.call(res, body, 'utf8'));
  }

  /** Lets the answer go, after a wait, as it was when it ended. */
  function sendAs({ status, headers }: Head): void {
    showAsSent(res, false);
    restore(res, headers);
    res.statusCode = status;
    send();
  }

  function drop(error: unknown): void {
    state = 'released';
    showAsSent(res, false);
    restore(res, headersBefore);
    fail(error);
  }

  function leave(): void {
    try {
      const prepared = prepare();
      if (!prepared) {
        send();
        return;
      }
      const head = { status: res.statusCode, headers: res.getHeaders() };
      showAsSent(res, true);
      prepared.then(() => sendAs(head)).catch(drop);
    } catch (error) {
      drop(error);
    }
  }

  Object.assign(res, {
    write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
      if (state === 'released') return Reflect.apply(real.write, res, [chunk, encoding, callback]);
      keep(chunk, encoding);
      callLater(encoding, callback);
      return true;
    },
    end(...args: unknown[]): ServerResponse {
      if (state === 'released') return Reflect.apply(real.end, res, args);
      if (state === 'ended') return res;
      state = 'ended';
      const done = args.find((each) => typeof each === 'function');
      if (done) res.once('finish', done as () => void);
      keep(args[0], args[1]);
      leave();
      return res;
    },
    writeHead(status: number, ...rest: unknown[]): ServerResponse {
      if (state === 'released') return Reflect.apply(real.writeHead, res, [status, ...rest]);
      res.statusCode = status;
      if (typeof rest[0] === 'string') res.statusMessage = rest[0];
      const headers = rest.find((each) => typeof each === 'object' && each !== null);
      setHeaders(res, headers as OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined);
      return res;
    },
    flushHeaders(): void {
      if (state === 'released') real.flushHeaders.call(res);
    },
  });
}

/** What is done with an answer that is held. */
export interface Held {
  prepare: () => Promise<void> | undefined;
  /** Lets the answer go, by `send`. */
  release: (send: () => void) => void;
  fail: (error: unknown) => void;
}

interface Head {
  status: number;
  headers: OutgoingHttpHeaders;
}

/** To everybody the answer has been sent, so that a later error does not make another one of it. */
function showAsSent(res: ServerResponse, isSent: boolean): void {
  for (const sign of ['headersSent', 'writableEnded'])
    if (isSent) Object.defineProperty(res, sign, { value: true, configurable: true });
    else Reflect.deleteProperty(res, sign);
}

/** Gives the answer these headers and no other. */
function restore(res: ServerResponse, headers: OutgoingHttpHeaders): void {
  for (const name of res.getHeaderNames()) res.removeHeader(name);
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) res.setHeader(name, value);
}

/** Headers as `writeHead` takes them: an object, or a flat list in which a name may come again. */
function setHeaders(
  res: ServerResponse,
  headers: OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined,
): void {
  if (!headers) return;
  if (!Array.isArray(headers)) {
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) res.setHeader(name, value);
    return;
  }
  const values = new Map<string, string[]>();
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = String(headers[at]);
    values.set(name, [...(values.get(name) ?? []), ...[headers[at + 1] ?? ''].flat().map(String)]);
  }
  for (const [name, each] of values) res.setHeader(name, each.length === 1 ? String(each[0]) : each);
}

function encodingOf(encoding: unknown): BufferEncoding {
  return typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8';
}

function callLater(...candidates: unknown[]): void {
  const callback = candidates.find((each) => typeof each === 'function');
  if (callback) queueMicrotask(callback as () => void);
}
