import type { TestProject } from 'vitest/node';

/** A PostgreSQL for tests, or why there is none. */
export type PostgresServer = { url: string } | { whyNot: string };

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: PostgresServer;
  }
}

/** Provides the PostgreSQL that DATABASE_URL names to all test files; resolves with what stops what was started. */
export async function providePostgres(project: TestProject): Promise<() => Promise<void>> {
  const { DATABASE_URL: url = '' } = process.env;
  const isPostgres = /^postgres(ql)?:/.test(url);
  project.provide('postgres', isPostgres ? { url } : { whyNot: 'DATABASE_URL names no PostgreSQL' });
  return async () => undefined;
}
