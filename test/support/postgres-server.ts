import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { UsageError } from '../../lib/dev/command.ts';
import { type Postgres, startPostgres } from '../../lib/dev/postgres.ts';

/** A PostgreSQL for tests, or why there is none. */
export type PostgresServer = { url: string } | { whyNot: string };

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where a test file asks for the PostgreSQL, which is started for the first that does. */
    postgresAt: string;
  }
}

/** Gives the tests' PostgreSQL to a test file that needs it. @throws where DATABASE_URL names one that does not answer */
export async function postgresServer(): Promise<PostgresServer> {
  const answer = await fetch(inject('postgresAt'));
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as PostgresServer;
}

/** Lets the test files ask for a PostgreSQL; most runs need none, and its start takes seconds. Resolves with the end. */
export async function providePostgres(
  project: TestProject,
  env: NodeJS.ProcessEnv,
): Promise<() => Promise<void>> {
  const { DATABASE_URL: named = '', ...others } = env;
  const isNamed = /^postgres(ql)?:/.test(named);
  let started: Promise<Postgres> | undefined;

  async function start(): Promise<Postgres> {
    const postgres = await startPostgres({ env: isNamed ? env : others });
    console.log(`database: ${postgres.description}: ${postgres.why}`);
    return postgres;
  }

  async function answer(): Promise<{ status: number; body: string }> {
    try {
      started ??= start();
      const { url } = await started;
      return { status: 200, body: JSON.stringify({ url }) };
    } catch (error) {
      const whyNot = (error as Error).message;
      const isAbsent = error instanceof UsageError && !isNamed;
      return isAbsent ? { status: 200, body: JSON.stringify({ whyNot }) } : { status: 500, body: whyNot };
    }
  }

  // Nobody else on this machine knows the path, and so the password.
  const path = `/${randomUUID()}`;
  const listener = createServer(async (req, res) => {
    const { status, body } = req.url === path ? await answer() : { status: 404, body: '' };
    res.writeHead(status).end(body);
  });
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  project.provide('postgresAt', `http://127.0.0.1:${(listener.address() as AddressInfo).port}${path}`);
  return async () => {
    listener.closeAllConnections();
    listener.close();
    await started?.then(
      ({ stop }) => stop(),
      () => undefined,
    );
  };
}
