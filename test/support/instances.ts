import { afterAll, afterEach, beforeAll } from 'vitest';
import { type TestDatabase, testDatabase } from './database.ts';
import { type Instance, type InstanceOptions, startInstance } from './instance.ts';

/** Instances of one test file over one database. */
export interface TestInstances {
  database: TestDatabase;
  /** Starts an instance, which ends after the test. */
  start(options?: Partial<InstanceOptions>): Instance;
}

/** Gives a test file a database with its indexes, dropped after all tests, and instances over it. */
export function testInstances(about: string, database: TestDatabase = testDatabase(about)): TestInstances {
  const running: Instance[] = [];

  function start(options: Partial<InstanceOptions> = {}): Instance {
    const instance = startInstance({ database, ...options });
    running.push(instance);
    return instance;
  }

  beforeAll(async () => {
    await database.prepare();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.end()));
  });
  afterAll(() => database.drop());

  return { database, start };
}
