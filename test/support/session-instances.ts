import { afterAll, afterEach, beforeAll } from 'vitest';
import { type CommandWatch, watchCommands } from './commands.ts';
import { mongoDatabase, type TestDatabase, testDatabase } from './database.ts';
import type { Gate } from './gates.ts';
import { type Instance, type InstanceOptions, startInstance } from './instance.ts';
import { type ProxiedDatabase, proxied } from './proxied.ts';
import { type ActingApp, actingApp } from './session-app.ts';
import { type StockInstance, startStock, stockClient } from './stock.ts';

/** An instance of ours with the app of session-app.ts, and what it sends to the database. */
export interface SessionInstance extends Instance, ActingApp {
  commands: CommandWatch;
}

/** Instances of one test file: ours over one database, and of the stock libraries over another. */
export interface SessionInstances {
  database: TestDatabase;
  stockDatabase: TestDatabase;
  start(gate?: Gate, options?: Partial<InstanceOptions>): SessionInstance;
  /** Resolves when its store is ready; `uri` puts it elsewhere than directly on its database. */
  startStock(gate?: Gate, options?: { uri?: string }): Promise<StockInstance & { commands: CommandWatch }>;
  /** Puts a proxy before a database, for one test. */
  behindProxy(database?: TestDatabase): Promise<ProxiedDatabase>;
  /** Done after the test, before its instances end. */
  afterTest(cleanUp: () => Promise<unknown>): void;
}

/** A server that does not answer is given up soon, so that a test need not wait for it. */
export const impatient = { serverSelectionTimeoutMS: 1000, monitorCommands: true };

/** Instances for a test file; all ends with its test, the databases with the file. */
export function sessionInstances(about: string): SessionInstances {
  const database = testDatabase(about);
  const stockDatabase = mongoDatabase(`${about}_stock`);
  const cleanUps: (() => Promise<unknown>)[] = [];
  const afterTest = (cleanUp: () => Promise<unknown>) => void cleanUps.unshift(cleanUp);

  beforeAll(() => database.prepare());
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0)) await cleanUp();
  });
  afterAll(() => Promise.all([database.drop(), stockDatabase.drop()]));

  return {
    database,
    stockDatabase,
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
    async startStock(gate, { uri = stockDatabase.uri } = {}) {
      const client = stockClient(uri);
      const commands = watchCommands(client);
      const instance = startStock({ clientPromise: client.connect(), dbName: stockDatabase.name }, gate);
      afterTest(instance.end);
      await instance.ready();
      return { ...instance, commands };
    },
    async behindProxy(of = database) {
      const made = await proxied(of);
      afterTest(made.proxy.close);
      return made;
    },
  };
}

/** So many of something. */
export function times<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}
