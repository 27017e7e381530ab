import { randomBytes } from 'node:crypto';
import type { ClientOptions } from './events/client.ts';
import { CookieJar, createClient, eventSource, type TestAnswer, type TestClient } from './events.ts';
import type { Instance } from './instance.ts';

export const strongPassword = 'a quiet gull over 7 lamps';
export const otherPassword = 'nine copper ladders in fog';

type Source = Parameters<typeof createClient>[1];

/** Somebody with one browser: clients of the functions with the same cookies. */
export interface Person {
  email: string;
  password: string;
  auth: TestClient;
  account: TestClient;
  admin: TestClient;
  sessions: TestClient;
  pages: TestClient;
  cookies: CookieJar;
  signUp(): Promise<TestAnswer>;
  signIn(password?: string): Promise<TestAnswer>;
  /** The status of GET /auth/session. */
  status(): Promise<number>;
  /** The same person in front of another browser, or another instance. */
  elsewhere(options?: Partial<PersonOptions>): Person;
}

export interface PersonOptions extends ClientOptions {
  instance: Instance;
  source?: Source;
  email?: string;
  password?: string;
}

/** An address that nobody else has. */
export function newAddress(about = 'someone'): string {
  return `${about}.${randomBytes(6).toString('hex')}@mail.test`;
}

export function person(options: PersonOptions): Person {
  const { instance, source = eventSource('HTTP API, payload 2.0') } = options;
  const { email = newAddress(), password = strongPassword } = options;
  const cookies = options.cookies ?? new CookieJar();
  const client = (name: 'auth' | 'account' | 'admin' | 'sessions' | 'pages') =>
    createClient(instance.handlers[name], source, { ...options, cookies });
  const auth = client('auth');
  return {
    email,
    password,
    auth,
    account: client('account'),
    admin: client('admin'),
    sessions: client('sessions'),
    pages: client('pages'),
    cookies,
    signUp: () => auth.post('/auth/sign-up', { email, password }),
    signIn: (given = password) => auth.post('/auth/sign-in', { email, password: given }),
    status: async () => (await auth.get('/auth/session')).status,
    elsewhere: (other = {}) => person({ ...options, email, password, cookies: new CookieJar(), ...other }),
  };
}

/** Somebody who has just signed up. */
export async function signedUp(options: PersonOptions): Promise<Person> {
  const someone = person(options);
  const { status } = await someone.signUp();
  if (status !== 201) throw new Error(`signing up answered ${status}`);
  return someone;
}
