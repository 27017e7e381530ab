import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSql } from '../../../lib/store/open-sql.ts';
import { readConfig } from '../../../lib/store/read-config.ts';
import type { Sql } from '../../../lib/store/sql/client.ts';
import { postgres } from '../../../lib/store/sql/dialects/postgres.ts';
import { migrate } from '../../../lib/store/sql/migrate.ts';
import { nameOf, withDatabase } from '../../support/database.ts';
import { CookieJar, createClient, eventSource } from '../../support/events.ts';
import { startInstance } from '../../support/instance.ts';
import { startPgbouncer, whyNoPgbouncer } from '../../support/pgbouncer.ts';
import { postgresServer } from '../../support/postgres-server.ts';
import { createSqlDatabase, dropSqlDatabase } from '../../support/sql-server.ts';
import { serverContract } from './contract-of.ts';

const server = await postgresServer();
const whyNot = 'whyNot' in server ? server.whyNot : whyNoPgbouncer();
const url = 'url' in server ? server.url : '';
/** Of PgBouncer to the server; instances have more between them, and so get another one for each transaction. */
const poolSize = 2;
const bouncer =
  whyNot === undefined ? await startPgbouncer(url, poolSize) : { url: '', stop: async () => {} };
afterAll(bouncer.stop);

serverContract(
  'postgres',
  whyNot === undefined ? { url: bouncer.url } : { whyNot },
  'postgres behind PgBouncer',
);

describe.skipIf(whyNot !== undefined)('instances behind PgBouncer in transaction mode', () => {
  const name = nameOf('pgbouncer');
  const databaseUrl = withDatabase(bouncer.url || 'postgres://none', name);
  const opened: Sql[] = [];
  let direct: Sql;

  function open(at = databaseUrl): Sql {
    const environment = { STAGE: 'test', STORE: 'postgres', DATABASE_URL: at };
    const sql = openSql(readConfig(environment, 'database'));
    opened.push(sql);
    return sql;
  }
  const ask = (sql: Sql, statement: string) =>
    sql.run(async (db) => (await db.raw(statement, [])) as { rows: Record<string, unknown>[] });
  const atWork = async () => {
    const { rows } = await ask(
      direct,
      `select pid from pg_stat_activity where datname = '${name}' and state = 'active' and pid <> pg_backend_pid()`,
    );
    return rows.length;
  };

  beforeAll(async () => {
    await createSqlDatabase('postgres', url, name);
    await migrate({ databaseUrl, sessionCollection: 'sessions' }, postgres);
    direct = open(url);
  });
  afterAll(async () => {
    for (const sql of opened) await sql.close();
    await bouncer.stop();
    await dropSqlDatabase('postgres', url, name);
  });

  test('people sign up, in and out on several at once', async () => {
    const instances = Array.from({ length: 4 }, () =>
      startInstance({ database: { uri: databaseUrl, name } }),
    );
    const source = eventSource('HTTP API, payload 2.0');

    const flows = Array.from({ length: 24 }, async (_, at) => {
      const account = { email: `ada.${at}@example.com`, password: `a horse of ${at} batteries, no staple` };
      const cookies = new CookieJar();
      const statuses: number[] = [];
      const on = (step: number) => {
        const instance = instances[(at + step) % instances.length] ?? instances[0];
        if (!instance) throw new Error('there is no instance');
        return createClient(instance.handlers.auth, source, { cookies });
      };
      statuses.push((await on(0).post('/auth/sign-up', account)).status);
      statuses.push((await on(1).post('/auth/sign-in', account)).status);
      const signedIn = cookies.all();
      statuses.push((await on(2).get('/auth/session')).status);
      statuses.push((await on(3).post('/auth/sign-out')).status);
      statuses.push((await on(4).get('/auth/session', { cookies: signedIn })).status);
      return statuses.join(' ');
    });
    const statuses = await Promise.all(flows);

    expect(new Set(statuses)).toEqual(new Set(['201 200 200 204 401']));
    await Promise.all(instances.map((instance) => instance.end()));
  });

  test('a statement that is given up is ended on the server', async () => {
    const sql = open();
    await ask(sql, 'select 1');

    await expect(ask(sql, 'select pg_sleep(60)')).rejects.toMatchObject({ code: 'unavailable', status: 503 });

    await expect.poll(atWork, { timeout: 3000 }).toBe(0);
  });

  test('a limit of time that the user has on the server holds', async () => {
    await ask(direct, `alter role current_user in database ${name} set statement_timeout = '300ms'`);
    // Connections of PgBouncer's that were made before do not know of it.
    await ask(direct, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
    const sql = open();
    const startedAt = performance.now();

    await expect(ask(sql, 'select pg_sleep(60)')).rejects.toMatchObject({ code: 'unavailable', status: 503 });

    expect(performance.now() - startedAt).toBeLessThan(3500);
    await ask(direct, `alter role current_user in database ${name} reset statement_timeout`);
  });
});
