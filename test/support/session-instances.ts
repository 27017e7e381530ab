import { afterAll, afterEach, beforeAll } from 'vitest';
import { type CommandWatch, watchCommands } from './commands.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import type { Gate } from './gates.ts';
import { type Instance, type InstanceOptions, startInstance } from './instance.ts';
import { type ProxiedDatabase, proxied } from './proxied.ts';
import { type ActingApp, actingApp } from './session-app.ts';

/** An instance of ours with the app of session-app.ts, and what it sends to the database. */
export interface SessionInstance extends Instance, ActingApp {
  commands: CommandWatch;
}

/** Instances of one test file, over one database; the stock libraries' are those of `stockCases`. */
export interface SessionInstances {
  database: TestDatabase;
  start(gate?: Gate, options?: Partial<InstanceOptions>): SessionInstance;
  /** Puts a proxy before the database, for one test. */
  behindProxy(): Promise<ProxiedDatabase>;
  /** Done after the test, before its instances end. */
  afterTest(cleanUp: () => Promise<unknown>): void;
}

/** A server that does not answer is given up soon, so that a test need not wait for it. */
export const impatient = { serverSelectionTimeoutMS: 1000, monitorCommands: true };

/** Instances for a test file; all ends with its test, the databases with the file. */
export function sessionInstances(about: string): SessionInstances {
  const database = testDatabase(about);
  const cleanUps: (() => Promise<unknown>)[] = [];
  const afterTest = (cleanUp: () => Promise<unknown>) => void cleanUps.unshift(cleanUp);

  beforeAll(() => database.prepare());
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0)) await cleanUp();
  });
  afterAll(() => database.drop());

  return {
    database,
    afterTest,
    start(gate, options = {}) {
      const instance = startInstance({
        database,
        mongoOptions: { monitorCommands: true },
        ...options,
      });
      afterTest(instance.end);
      const commands = watchCommands(instance);
      return { ...instance, commands, ...actingApp(instance, gate) };
    },
    async behindProxy() {
      const made = await proxied(database);
      afterTest(made.proxy.close);
      return made;
    },
  };
}

/** So many of something. */
export function times<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}
