import { setTimeout as delay } from 'node:timers/promises';
import { createClient, type TestAnswer, type TestClient, type TestEventSource } from '../support/events.ts';
import type { Tally } from '../support/tally.ts';
import type { Aws } from './aws.ts';
import type { CpuGroup } from './cpu-group.ts';
import { type Instance, startInstance } from './instance.ts';
import type { PackagedFunction } from './packaged.ts';
import type { Tools } from './tools.ts';

/** What every check stands on. */
export interface Ground {
  readonly tally: Tally;
  readonly aws: Aws;
  /** The database of this run. */
  readonly database: { readonly uri: string; readonly name: string };
  /** For what works on that database from here, as `npm run users` does. */
  readonly databaseEnvironment: Readonly<Record<string, string>>;
  readonly functions: readonly PackagedFunction[];
  /** The function of that name. @throws Error where it is not packaged. */
  packaged(name: string): PackagedFunction;
  /** Starts an instance of a function; what is in `changes` has the last word. */
  start(name: string, changes?: Record<string, string>, group?: CpuGroup): Promise<Instance>;
  stop(): Promise<void>;
}

/** A deployed stage: `dev` and `test` do not start inside of Lambda. */
const stage = 'lambda';
const secretsName = `/session-auth/${stage}/SESSION_SECRETS`;

/** What is needed beside what was packaged. */
const settings: Readonly<Record<string, string>> = {
  STAGE: stage,
  PUBLIC_URL: 'https://example.com',
  MAIL_FROM: 'Example <no-reply@example.com>',
  SESSION_SECRETS: `ssm:${secretsName}`,
  BCRYPT_COST: '10',
  ADMIN_SECOND_FACTOR: 'false',
};

export interface GroundOptions {
  tools: Tools;
  tally: Tally;
  aws: Aws;
  functions: readonly PackagedFunction[];
  database: { uri: string; name: string };
  databaseEnvironment: Record<string, string>;
}

export function createGround(options: GroundOptions): Ground {
  const { tools, aws, functions, databaseEnvironment } = options;
  const started: Instance[] = [];
  aws.parameters.set(secretsName, 'a secret of this test and of nothing else');

  function packaged(name: string): PackagedFunction {
    const found = functions.find((each) => each.name === name);
    if (!found) throw new Error(`no function ${name} is packaged`);
    return found;
  }

  return {
    ...options,
    packaged,
    start: async (name, changes = {}, group) => {
      const own = packaged(name);
      const given = Object.entries({ ...settings, ...databaseEnvironment, ...changes });
      const environment = {
        ...own.environment,
        // It gets what it was packaged with and no more.
        ...Object.fromEntries(given.filter(([variable]) => variable in own.environment)),
        AWS_ENDPOINT_URL: changes.AWS_ENDPOINT_URL ?? `http://127.0.0.1:${aws.port}`,
      };
      const instance = await startInstance(tools, own, environment, group);
      started.push(instance);
      return instance;
    },
    stop: async () => {
      await Promise.all(started.map((instance) => instance.stop()));
      if (options.tally.failed === 0) return;
      for (const { name, lines } of started)
        for (const line of lines.slice(-20)) console.log(`  ${name} wrote: ${line}`);
    },
  };
}

/** A client of an instance, whose addresses are its own, so that none has used its limits up. */
export function clientOf(instance: Instance, source: TestEventSource, ip: string): TestClient {
  return createClient((event) => instance.handler(event), source, { ip });
}

/** Somebody new, to sign up. */
export function newPerson(name: string) {
  return { email: `${name}-${process.pid}@example.com`, password: 'nine quiet geese at dawn' };
}

/** Signs somebody up; while a slow machine's cold start answers 503, which has done nothing, it comes again as told. */
export async function signUp(client: TestClient, person: object): Promise<TestAnswer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await client.post('/auth/sign-up', person, { expect5xx: true });
    if (answer.status !== 503 || tries === 10) return answer;
    await delay(1000);
  }
}

/** The cookies that a client would send, as authorizers get them. */
export const cookiePairs = (client: TestClient) =>
  Object.entries(client.cookies.all()).map((pair) => pair.join('='));
