import {
  createClient,
  eventSource,
  type RequestOptions,
  type TestAnswer,
  type TestEventSource,
} from './events.ts';
import type { Instance } from './instance.ts';
import { newAddress, strongPassword } from './person.ts';

export const byToken = { transport: 'token' } as const;

/** Somebody with a program that keeps no cookies: it shows the last token that it was given, on every function. */
export interface TokenClient {
  email: string;
  password: string;
  /** The last that an answer had; can be changed. */
  token: string | undefined;
  call(
    method: string,
    path: string,
    body?: RequestOptions['body'],
    options?: RequestOptions,
  ): Promise<TestAnswer>;
  post(path: string, body?: object, options?: RequestOptions): Promise<TestAnswer>;
  get(path: string, options?: RequestOptions): Promise<TestAnswer>;
  signUp(): Promise<TestAnswer>;
  signIn(): Promise<TestAnswer>;
  /** The status of GET /auth/session, with that token or the last one. */
  status(token?: string): Promise<number>;
}

/** Functions whose name is not the beginning of their paths. */
const places: Record<string, string> = { dev: 'auth', 'openapi.json': 'docs' };

/** Throws where an answer sets a cookie, or tells a browser to forget something. */
export function tokenClient(
  instance: Instance,
  {
    source = eventSource('HTTP API, payload 2.0'),
    email = newAddress(),
  }: { source?: TestEventSource; email?: string } = {},
): TokenClient {
  const client: TokenClient = {
    email,
    password: strongPassword,
    token: undefined,
    call: async (method, path, body, { headers = {}, ...options } = {}) => {
      const [, first = ''] = path.split('/');
      const name = (places[first] ?? first) as keyof Instance['handlers'];
      const shown = client.token === undefined ? {} : { authorization: `Bearer ${client.token}` };
      const answer = await createClient(instance.handlers[name] ?? instance.handlers.pages, source).request({
        method,
        path,
        body,
        headers: { ...shown, ...headers },
        ...options,
      });
      if (answer.cookies.length > 0) throw new Error(`${method} ${path} sets ${answer.cookies.join()}`);
      if (answer.headers.has('clear-site-data')) throw new Error(`${method} ${path} has Clear-Site-Data`);
      if (answer.headers.get('content-type')?.startsWith('application/json')) {
        const { token } = answer.json();
        if (token !== undefined) client.token = token;
      }
      return answer;
    },
    post: (path, body, options) => client.call('POST', path, body, options),
    get: (path, options) => client.call('GET', path, undefined, options),
    signUp: () => client.post('/auth/sign-up', { email, password: client.password, ...byToken }),
    signIn: () => client.post('/auth/sign-in', { email, password: client.password, ...byToken }),
    status: async (token = client.token) =>
      (await client.get('/auth/session', { headers: { authorization: `Bearer ${token}` } })).status,
  };
  return client;
}
