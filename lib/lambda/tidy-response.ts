import { ServerResponse } from 'node:http';

type Head = { status: number };

/**
 * Makes serverless-http's response behave as the one of Node's own server where they differ, and gives its head.
 * There, a header set or a status changed after the head is gone would still change the answer, text in
 * another encoding than UTF-8 would go out as UTF-8, and chunked framing and interim answers (1xx) would stand in
 * the body.
 */
export function tidyResponse(res: ServerResponse): Head {
  const head: Head = { status: 0 };
  const real = { writeHead: res.writeHead.bind(res), write: res.write.bind(res), end: res.end.bind(res) };
  const overrides = {
    /** @throws Error `ERR_HTTP_HEADERS_SENT` once the head is gone, as Node's does. */
    setHeader(name: string, value: string | number | readonly string[]): ServerResponse {
      if (String(name).toLowerCase() !== 'transfer-encoding') {
        ServerResponse.prototype.setHeader.call(res, name, value);
      }
      return res;
    },
    writeHead(status: number, ...rest: unknown[]): ServerResponse {
      const headers = rest.find((item) => typeof item === 'object' && item !== null);
      for (const [name, value] of headerPairs(headers)) overrides.setHeader(name, value);
      if (typeof rest[0] === 'string') real.writeHead(status, rest[0]);
      else real.writeHead(status);
      head.status = status;
      return res;
    },
    write: (chunk: unknown, ...rest: [never, never]) => real.write(inBytes(chunk, rest[0]), ...rest),
    end: (chunk: unknown, ...rest: [never, never]) => real.end(inBytes(chunk, rest[0]), ...rest),
    writeContinue() {},
    writeProcessing() {},
    writeEarlyHints() {},
  };
  Object.assign(res, overrides);
  return head;
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
