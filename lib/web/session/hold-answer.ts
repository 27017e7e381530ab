import { type OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { checkChunk, checkHead, type HeadArguments, setWrittenHeaders } from './written-head.ts';

/**
 * An answer that is held is `open`: nothing of it is written, and its head can be changed; `begun`: a head, or a
 * piece of the body, was written, and to everybody it counts as sent; `ended`: it is whole, and waits for `prepare`;
 * `released`: it leaves, or another one in its place.
 */
type State = 'open' | 'begun' | 'ended' | 'released';

/**
 * Keeps an answer back until `prepare` is done, so that nothing leaves before the session is stored.
 *
 * What is written meanwhile is kept in memory, as Lambda does anyway, and counts as sent all the same: who asks
 * `headersSent`, changes a header or makes another answer gets from Node what they would get without us. Where
 * `prepare` returns undefined the answer leaves at once; where it fails, the answer is dropped, its headers are put
 * back to what they were, and `fail` makes another one. Stock express-session sends the head first and stores after
 * (expressjs/session#538).
 */
export function holdAnswer(res: ServerResponse, { prepare, release, fail }: Held): void {
  const real = { write: res.write, end: res.end, writeHead: res.writeHead, flushHeaders: res.flushHeaders };
  const headersBefore = res.getHeaders();
  const chunks: Uint8Array[] = [];
  // What came before us is called again only when nothing is held; who came after us may keep what wraps ours.
  let state: State = 'open';
  let statusBegun: number | undefined;

  /** As Node does at the first byte, and through whatever wraps our own, such as the package on-headers. */
  function begin(): void {
    if (state === 'open') res.writeHead(res.statusCode);
  }

  function keep(chunk: unknown, encoding: unknown): void {
    if (typeof chunk === 'string') chunks.push(Buffer.from(chunk, encodingOf(encoding)));
    else chunks.push(Buffer.from(chunk as Uint8Array));
  }

  function send(): void {
    state = 'released';
    try {
      const body = chunks.length > 1 ? Buffer.concat(chunks) : chunks[0];
      release(() => {
        if (statusBegun !== undefined) real.writeHead.call(res, statusBegun);
        real.end.call(res, body, 'utf8');
      });
    } catch (error) {
      // Those before us take an answer's end once: what fails in it can only be cut off.
      showAsSent(res, 'head');
      fail(error);
    }
  }

  function drop(error: unknown): void {
    state = 'released';
    showAsSent(res, 'nothing');
    restore(res, headersBefore);
    fail(error);
  }

  function leave(): void {
    let prepared: Promise<void> | undefined;
    try {
      prepared = prepare();
    } catch (error) {
      drop(error);
      return;
    }
    const status = statusBegun ?? res.statusCode;
    const letGo = () => {
      showAsSent(res, 'nothing');
      res.statusCode = status;
      send();
    };
    if (prepared) {
      showAsSent(res, 'all');
      prepared.then(letGo, drop);
    } else letGo();
  }

  Object.assign(res, {
    write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
      if (state === 'released' && !res.writableEnded)
        return Reflect.apply(real.write, res, [chunk, encoding, callback]);
      callLater(encoding, callback);
      // What comes after the end is of no answer.
      if (state === 'ended' || state === 'released') return false;
      checkChunk(res, chunk);
      begin();
      keep(chunk, encoding);
      return true;
    },
    end(...args: unknown[]): ServerResponse {
      if (state === 'released') return Reflect.apply(real.end, res, args);
      // What was cut off in its middle is no answer any more, and nothing is stored for it.
      if (state === 'ended' || res.errored) return res;
      if (state === 'open') checkHead(res, [res.statusCode, res.statusMessage]);
      const [chunk, encoding] = args;
      if (chunk && typeof chunk !== 'function') {
        checkChunk(res, chunk);
        keep(chunk, encoding);
      }
      state = 'ended';
      const done = args.find((each) => typeof each === 'function');
      if (done) res.once('finish', done as () => void);
      leave();
      return res;
    },
    writeHead(...head: HeadArguments): ServerResponse {
      if (state === 'released') return Reflect.apply(real.writeHead, res, head);
      // It throws what it throws at a second head.
      if (state !== 'open') return Reflect.apply(ServerResponse.prototype.writeHead, res, head);
      const [status, reason] = head;
      checkHead(res, typeof reason === 'string' ? head : [status, res.statusMessage, head[2] ?? reason]);
      if (typeof reason === 'string') res.statusMessage = reason;
      res.statusCode = Math.trunc(status);
      setWrittenHeaders(res, head);
      statusBegun = res.statusCode;
      state = 'begun';
      showAsSent(res, 'head');
      return res;
    },
    flushHeaders(): void {
      if (state === 'released') real.flushHeaders.call(res);
      else begin();
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

/**
 * Shows how much of the answer has left, so that a later error does not make another one of it. `_header` is where
 * Node itself looks before it lets a header be set, a head be written or `headersSent` be answered.
 */
function showAsSent(res: ServerResponse, sent: 'nothing' | 'head' | 'all'): void {
  Reflect.set(res, '_header', sent === 'nothing' ? '' : 'held');
  if (sent === 'all') Object.defineProperty(res, 'writableEnded', { value: true, configurable: true });
  else if (Object.hasOwn(res, 'writableEnded')) Reflect.deleteProperty(res, 'writableEnded');
}

/** Gives the answer these headers and no other. */
function restore(res: ServerResponse, headers: OutgoingHttpHeaders): void {
  for (const name of res.getHeaderNames()) res.removeHeader(name);
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) res.setHeader(name, value);
}

function encodingOf(encoding: unknown): BufferEncoding {
  return typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8';
}

function callLater(...candidates: unknown[]): void {
  const callback = candidates.find((each) => typeof each === 'function');
  if (callback) queueMicrotask(callback as () => void);
}
