import type { LambdaResult } from '../../../lib/aws/http-handler.ts';

/** What the client of a gateway gets. */
export type TestAnswer = {
  status: number;
  /** Without Set-Cookie, which is in `cookies`. */
  headers: Headers;
  /** Every Set-Cookie line, whole. */
  cookies: string[];
  body: string;
  bytes: Buffer;
  /** The body parsed; `any`, since a test asserts what is in it. */
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects right after.
  json: () => any;
};

/** Which fields of a result a gateway reads; any other makes it answer 502. */
export type ResultReader = {
  fields: readonly (keyof LambdaResult)[];
  headers: (result: LambdaResult) => [name: string, value: string][];
};

const COMMON = ['statusCode', 'body', 'isBase64Encoded'] as const;

/** API Gateway REST and HTTP API payload 1.0: `headers` and `multiValueHeaders` are merged. */
export const payload1Reader: ResultReader = {
  fields: [...COMMON, 'headers', 'multiValueHeaders'],
  headers(result) {
    const single = Object.entries(result.headers ?? {});
    const many = Object.entries(result.multiValueHeaders ?? {});
    const twice = many.find(([name]) => single.some(([other]) => other.toLowerCase() === name.toLowerCase()));
    if (twice)
      throw new Error(`${twice[0]} is in headers and in multiValueHeaders, so it would be sent twice`);
    return [...single, ...spread(many)];
  },
};

/** HTTP API payload 2.0 and function URLs: one value for each header, and `cookies`. */
export const payload2Reader: ResultReader = {
  fields: [...COMMON, 'headers', 'cookies'],
  headers(result) {
    const cookies = (result.cookies ?? []).map((value): [string, string] => ['set-cookie', value]);
    return [...Object.entries(result.headers ?? {}), ...cookies];
  },
};

/** A load balancer with multi-value headers reads those alone. */
export const albMultiReader: ResultReader = {
  fields: [...COMMON, 'statusDescription', 'multiValueHeaders'],
  headers: (result) => spread(Object.entries(result.multiValueHeaders ?? {})),
};

/** A load balancer without multi-value headers: one value for each spelling of a name. */
export const albReader: ResultReader = {
  fields: [...COMMON, 'statusDescription', 'headers'],
  headers: (result) => Object.entries(result.headers ?? {}),
};

function spread(many: [string, string[]][]): [string, string][] {
  return many.flatMap(([name, values]) => values.map((value): [string, string] => [name, value]));
}

/**
 * Reads a result as the gateway does.
 * @throws Error where the gateway would answer 502 or send something else than what the app meant.
 */
export function readAnswer(reader: ResultReader, result: unknown): TestAnswer {
  const checked = checkedResult(reader, result);
  const all = reader.headers(checked);
  for (const [name, value] of all) {
    if (typeof value !== 'string') throw new Error(`the header ${name} is no string`);
  }
  const bytes = Buffer.from(checked.body, checked.isBase64Encoded ? 'base64' : 'utf8');
  return {
    status: checked.statusCode,
    headers: new Headers(all.filter(([name]) => name.toLowerCase() !== 'set-cookie')),
    cookies: all.filter(([name]) => name.toLowerCase() === 'set-cookie').map(([, value]) => value),
    body: bytes.toString('utf8'),
    bytes,
    json: () => JSON.parse(bytes.toString('utf8')),
  };
}

function checkedResult(reader: ResultReader, value: unknown): LambdaResult {
  const result = value as LambdaResult;
  const unknown = Object.keys(result).filter((key) => !(reader.fields as readonly string[]).includes(key));
  if (unknown.length > 0) throw new Error(`the gateway does not know ${unknown.join(', ')} in a result`);
  if (!Number.isInteger(result.statusCode)) throw new Error('statusCode is no whole number');
  if (typeof result.body !== 'string') throw new Error('body is no string');
  if (typeof result.isBase64Encoded !== 'boolean') throw new Error('isBase64Encoded is no boolean');
  return result;
}
