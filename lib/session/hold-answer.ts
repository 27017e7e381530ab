import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/**
 * Keeps an answer back until `prepare` is done, so that nothing leaves before the session is stored.
 *
 * What is written meanwhile is kept in memory, as Lambda does anyway. Where `prepare` returns undefined the
 * answer leaves at once; where it fails, the answer is dropped, its headers are put back to what they were, and
 * `fail` makes another one. Stock express-session sends the head first and stores after (expressjs/session#538).
 */
export function holdAnswer(
  res: ServerResponse,
  prepare: () => Promise<void> | undefined,
  fail: (error: unknown) => void,
): void {
  const real = { write: res.write, end: res.end, writeHead: res.writeHead, flushHeaders: res.flushHeaders };
  const headersBefore = res.getHeaders();
  const chunks: Buffer[] = [];
  let ended = false;

  function keep(chunk: unknown, encoding: unknown): void {
    if (chunk === null || chunk === undefined || typeof chunk === 'function') return;
    if (typeof chunk === 'string') chunks.push(Buffer.from(chunk, encodingOf(encoding)));
    else chunks.push(Buffer.from(chunk as Uint8Array));
  }

  function release(): void {
    Object.assign(res, real);
  }

  function send(): void {
    release();
    if (chunks.length === 0) res.end();
    else res.end(Buffer.concat(chunks));
  }

  function drop(error: unknown): void {
    release();
    for (const name of res.getHeaderNames()) res.removeHeader(name);
    for (const [name, value] of Object.entries(headersBefore)) if (value) res.setHeader(name, value);
    fail(error);
  }

  Object.assign(res, {
    write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
      keep(chunk, encoding);
      callLater(encoding, callback);
      return true;
    },
    end(chunk?: unknown, encoding?: unknown, callback?: unknown): ServerResponse {
      if (ended) return res;
      ended = true;
      keep(chunk, encoding);
      const done = [chunk, encoding, callback].find((each) => typeof each === 'function');
      if (done) res.once('finish', done as () => void);
      try {
        const prepared = prepare();
        if (prepared) prepared.then(send, drop);
        else send();
      } catch (error) {
        drop(error);
      }
      return res;
    },
    writeHead(status: number, ...rest: unknown[]): ServerResponse {
      res.statusCode = status;
      const headers = rest.find((each) => typeof each === 'object' && each !== null);
      setHeaders(res, headers as OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined);
      return res;
    },
    flushHeaders(): void {},
  });
}

function setHeaders(
  res: ServerResponse,
  headers: OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined,
): void {
  if (!headers) return;
  const entries = Array.isArray(headers) ? pairs(headers) : Object.entries(headers);
  for (const [name, value] of entries) if (value !== undefined) res.setHeader(name, value);
}

function pairs(flat: OutgoingHttpHeader[]): [string, OutgoingHttpHeader][] {
  return flat.flatMap((value, at) => (at % 2 === 0 ? [[String(value), flat[at + 1] ?? '']] : [])) as [
    string,
    OutgoingHttpHeader,
  ][];
}

function encodingOf(encoding: unknown): BufferEncoding {
  return typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8';
}

function callLater(...candidates: unknown[]): void {
  const callback = candidates.find((each) => typeof each === 'function');
  if (callback) queueMicrotask(callback as () => void);
}
