import { ServerResponse } from 'node:http';

/** The methods of serverless-http's response; Express replaces them by Node's when it takes a response over. */
const real = Symbol('real');
const sentStatus = Symbol('sentStatus');

const { setHeader: nodesSetHeader } = ServerResponse.prototype;

type Real = Pick<ServerResponse, 'writeHead' | 'write' | 'end'>;
type Tidied = ServerResponse & { [real]: Real; [sentStatus]: number };

const overrides = {
  /** @throws Error `ERR_HTTP_HEADERS_SENT` once the head is gone, as Node's does. */
  setHeader(this: Tidied, name: string, value: string | number | readonly string[]): ServerResponse {
    if (String(name).toLowerCase() !== 'transfer-encoding') nodesSetHeader.call(this, name, value);
    return this;
  },
  writeHead(this: Tidied, status: number, ...rest: unknown[]): ServerResponse {
    const headers = rest.find((item) => typeof item === 'object' && item !== null);
    for (const [name, value] of headerPairs(headers)) overrides.setHeader.call(this, name, value);
    const reason = typeof rest[0] === 'string' ? [rest[0]] : [];
    Reflect.apply(this[real].writeHead, this, [status, ...reason]);
    this[sentStatus] = status;
    return this;
  },
  write(this: Tidied, chunk: unknown, ...rest: [never, never]): boolean {
    return this[real].write.call(this, inBytes(chunk, rest[0]), ...rest);
  },
  end(this: Tidied, chunk: unknown, ...rest: [never, never]): ServerResponse {
    return this[real].end.call(this, inBytes(chunk, rest[0]), ...rest);
  },
  writeContinue() {},
  writeProcessing() {},
  writeEarlyHints() {},
};

/**
 * Makes serverless-http's response behave as the one of Node's own server where they differ.
 * There, a header set or a status changed after the head is gone would still change the answer, text in
 * another encoding than UTF-8 would go out as UTF-8, and chunked framing and interim answers (1xx) would stand in
 * the body.
 */
export function tidyResponse(res: ServerResponse): void {
  Object.assign(res, overrides, { [real]: Object.getPrototypeOf(res), [sentStatus]: 0 });
}

/** The status with which the head of a tidied response left; 0 before. */
export function statusSent(res: ServerResponse): number {
  return (res as Tidied)[sentStatus];
}

/** Headers as `writeHead` takes them: an object, or a flat list of names and values. */
function headerPairs(given: unknown): [name: string, value: string | string[]][] {
  if (!Array.isArray(given)) return Object.entries((given ?? {}) as Record<string, string>);
  return given.flatMap((name, at) => (at % 2 === 0 ? [[name, given[at + 1]] as [string, string]] : []));
}

function inBytes(chunk: unknown, encoding: unknown): unknown {
  const other = typeof encoding === 'string' && Buffer.isEncoding(encoding) && !/^utf-?8$/i.test(encoding);
  return typeof chunk === 'string' && other ? Buffer.from(chunk, encoding) : chunk;
}
