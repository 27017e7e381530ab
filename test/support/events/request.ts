/** A request as a test writes it, before a gateway makes an event of it. */
export type TestRequest = {
  /** GET unless told. */
  method?: string;
  /** As it stands in the URL, percent-encoded, with no query. */
  path: string;
  /** Decoded keys and values, in order; a key may come again. */
  query?: readonly (readonly [key: string, value: string])[];
  /** A list of values is a header sent several times. */
  headers?: Readonly<Record<string, string | readonly string[]>>;
  /** `name=value` pairs, or an object of them: one Cookie header. */
  cookies?: readonly string[] | Readonly<Record<string, string>>;
  /** Text and bytes go as they are, an object as JSON with its content type. */
  body?: string | Buffer | object | undefined;
  /** The client's address. */
  ip?: string;
  /** How the client reached the load balancer (https); the other sources have nothing but TLS. */
  scheme?: 'http' | 'https';
  /** The stage or base path under which the API is published, where the source has one. */
  stage?: string;
};

/** What reached the gateway: every header sent, each with its list of values, and the body's bytes. */
export type WireRequest = {
  method: string;
  path: string;
  query: [key: string, value: string][];
  rawQuery: string;
  headers: [name: string, values: string[]][];
  cookies: string[];
  body: Buffer;
  /** What the gateway decides by the content type: whether the body is bytes to it. */
  binaryBody: boolean;
  ip: string;
  scheme: 'http' | 'https';
  userAgent: string;
  stage: string;
};

const DEFAULT_HEADERS = {
  accept: '*/*',
  host: 'api.example.com',
  'user-agent': 'curl/8.5.0',
  'x-amzn-trace-id': 'Root=1-5e66d96f-7491f09xmpl79d18acf3d050',
};

/** Puts a test's request into the form in which it would reach a gateway. */
export function onTheWire(request: TestRequest): WireRequest {
  const body = bytes(request.body);
  const json = isJsonObject(request.body) ? { 'content-type': 'application/json' } : {};
  const length = body.length > 0 ? { 'content-length': String(body.length) } : {};
  const cookies = cookiePairs(request.cookies);
  const cookie = cookies.length > 0 ? { cookie: cookies.join('; ') } : {};
  const headers = new Map<string, string[]>();
  for (const [name, value] of Object.entries({
    ...DEFAULT_HEADERS,
    ...json,
    ...length,
    ...cookie,
    ...request.headers,
  })) {
    headers.set(name.toLowerCase(), [value].flat());
  }
  const query = (request.query ?? []).map(([key, value]): [string, string] => [key, value]);
  return {
    method: request.method ?? 'GET',
    path: request.path,
    query,
    rawQuery: query.map((pair) => pair.map(encodeURIComponent).join('=')).join('&'),
    headers: [...headers],
    cookies: (headers.get('cookie') ?? []).flatMap((line) => line.split('; ')),
    body,
    binaryBody: body.length > 0 && !isTextType(headers.get('content-type')?.[0]),
    ip: request.ip ?? '203.0.113.7',
    scheme: request.scheme ?? 'https',
    userAgent: headers.get('user-agent')?.[0] ?? '',
    stage: request.stage ?? 'dev',
  };
}

function isJsonObject(body: TestRequest['body']): body is object {
  return typeof body === 'object' && !Buffer.isBuffer(body);
}

function bytes(body: TestRequest['body']): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function cookiePairs(cookies: TestRequest['cookies'] = []): string[] {
  if (Array.isArray(cookies)) return cookies;
  return Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
}

/** HTTP APIs, function URLs and load balancers pass on only such bodies as text (AWS's list). */
function isTextType(type = 'application/octet-stream'): boolean {
  return /^(text\/|application\/(json|javascript|xml|.*\+json|.*\+xml)\b)/.test(type);
}
