import { ServerResponse } from 'node:http';
import { checkHead, type HeadArguments, setWrittenHeaders } from '../web/session/written-head.ts';

/** The methods of serverless-http's response; Express replaces them by Node's when it takes a response over. */
const real = Symbol('real');
const sentStatus = Symbol('sentStatus');

const { setHeader: nodesSetHeader } = ServerResponse.prototype;

type Real = Pick<ServerResponse, 'writeHead' | 'write' | 'end'>;
type Tidied = ServerResponse & { [real]: Real; [sentStatus]: number };

const overrides = {
  /** @throws Error `ERR_HTTP_HEADERS_SENT` once the head is gone, as Node's does. */
  setHeader(this: Tidied, name: string, value: string | number | readonly string[]): ServerResponse {
    return nodesSetHeader.call(this, name, value);
  },
  writeHead(this: Tidied, ...head: HeadArguments): ServerResponse {
    if (head.length > 1) checkHead(this, head);
    setWrittenHeaders(this, head);
    if (!this.headersSent) for (const name of ['Trailer', 'Transfer-Encoding']) this.removeHeader(name);
    const reason = typeof head[1] === 'string' ? [head[1]] : [];
    Reflect.apply(this[real].writeHead, this, [head[0], ...reason]);
    this[sentStatus] = this.statusCode;
    return this;
  },
  write(this: Tidied, chunk: unknown, ...rest: [never, never]): boolean {
    this.chunkedEncoding = false;
    return this[real].write.call(this, inBytes(chunk, rest[0]), ...rest);
  },
  end(this: Tidied, chunk: unknown, ...rest: [never, never]): ServerResponse {
    this.chunkedEncoding = false;
    return this[real].end.call(this, inBytes(chunk, rest[0]), ...rest);
  },
  writeContinue() {},
  writeProcessing() {},
  writeEarlyHints() {},
};

/**
 * Makes serverless-http's response behave as the one of Node's own server where they differ.
 * There, a header set or a status changed after the head is gone would still change the answer, a name that comes
 * again in a list of headers would be lost, text in another encoding than UTF-8 would go out as UTF-8, and interim
 * answers (1xx) and chunked framing would stand in the body. Without that framing there is no place for trailers,
 * which are dropped, as any recipient may (RFC 9110, 6.5.1).
 */
export function tidyResponse(res: ServerResponse): void {
  Object.assign(res, overrides, { [real]: Object.getPrototypeOf(res), [sentStatus]: 0 });
  Object.assign(res.socket ?? {}, connectionSettings);
}

/** What an app may ask of a connection of Node's own server; Lambda's has its own, and its own time limit. */
export const connectionSettings = {
  setTimeout() {
    return this;
  },
  setKeepAlive() {
    return this;
  },
  setNoDelay() {
    return this;
  },
  ref() {
    return this;
  },
  unref() {
    return this;
  },
};

/** The status with which the head of a tidied response left; 0 before. */
export function statusSent(res: ServerResponse): number {
  return (res as Tidied)[sentStatus];
}

function inBytes(chunk: unknown, encoding: unknown): unknown {
  const other = typeof encoding === 'string' && Buffer.isEncoding(encoding) && !/^utf-?8$/i.test(encoding);
  return typeof chunk === 'string' && other ? Buffer.from(chunk, encoding) : chunk;
}
