import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { withoutStore } from './support/without-store.ts';

/**
 * What is the same whatever STORE says: tests of MongoDB's own, of the workshop, of what stands between API Gateway and
 * the app or is refused before the app asks for anything, of what providers say, and of what reaches no store.
 */
const sameOnEveryStore = [
  'test/store/mongo/**',
  'test/dev/**',
  'test/aws/!(authorizer|sweep).test.ts',
  'test/base/**',
  'test/web/*.test.ts',
  'test/flows/docs/described-input.test.ts',
  'test/flows/sign-in/providers/{protocol,unreachable,claims}.test.ts',
  'test/readme-examples.test.ts',
  ...withoutStore,
];
const store = process.env.STORE ?? 'mongodb';
const isOnMongo = store === 'mongodb';
/** The contract of each store runs where STORE names it; SQLite's, which needs no server, beside MongoDB's too. */
const contracts = {
  sqlite: isOnMongo || store === 'sqlite' ? [] : ['sqlite'],
  postgres: store === 'postgres' ? [] : ['postgres', 'pgbouncer', 'tls'],
  mysql: store === 'mysql' ? [] : ['mysql'],
};
const ofOtherStores = Object.values(contracts)
  .flat()
  .map((name) => `test/store/sql/${name}.test.ts`);

export default defineConfig({
  test: {
    // TESTS=same-on-every-store leaves the others to a run on another store.
    include: process.env.TESTS === 'same-on-every-store' ? sameOnEveryStore : ['test/**/*.test.ts'],
    exclude: [
      'test/browser/**',
      '**/node_modules/**',
      ...(isOnMongo ? [] : sameOnEveryStore),
      ...ofOtherStores,
    ],
    globalSetup: ['test/support/global-setup.ts'],
    // Generous, for machines that are slow or busy: no test is about it.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Files share nothing but what is imported, which does nothing by itself: importing it anew for each of them
    // took a quarter of the time.
    isolate: false,
    // Of two cores Vitest would use one; a test waits for the database and for time more than it computes.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    dangerouslyIgnoreUnhandledErrors: false,
  },
});
