import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSql } from '../../../lib/store/open-sql.ts';
import { readConfig } from '../../../lib/store/read-config.ts';
import type { Sql } from '../../../lib/store/sql/client.ts';
import { nameOf, withDatabase } from '../../support/database.ts';
import { postgresServer } from '../../support/postgres-server.ts';
import { startProxy, type TcpProxy } from '../../support/proxy.ts';
import { createSqlDatabase, dropSqlDatabase } from '../../support/sql-server.ts';

const server = await postgresServer();

describe.skipIf('whyNot' in server)('an instance on PostgreSQL', () => {
  const url = 'url' in server ? server.url : '';
  const name = nameOf('connections');
  let proxy: TcpProxy;
  let admin: Sql;

  function open(databaseUrl: string, most = '5'): Sql {
    const environment = { STAGE: 'test', STORE: 'postgres', DATABASE_URL: databaseUrl };
    return openSql(readConfig({ ...environment, DATABASE_MAX_POOL_SIZE: most }, 'database'));
  }
  const behind = () => {
    const proxied = new URL(withDatabase(url, name));
    proxied.hostname = '127.0.0.1';
    proxied.port = String(proxy.port);
    return proxied.href;
  };
  const rowsOf = (result: unknown) => (result as { rows: Record<string, unknown>[] }).rows;
  const ask = (sql: Sql, statement = 'select 1 as answer') =>
    sql.run(async (db) => rowsOf(await db.raw(statement, [])));

  beforeAll(async () => {
    await createSqlDatabase('postgres', url, name);
    proxy = await startProxy({ host: new URL(url).hostname, port: Number(new URL(url).port) });
    admin = open(url);
  });
  afterAll(async () => {
    await proxy.close();
    await admin.close();
    await dropSqlDatabase('postgres', url, name);
  });

  test('connects at the first need, and never has more connections than it may', async () => {
    const before = proxy.made();
    const sql = open(behind(), '3');
    expect(proxy.made()).toBe(before);

    await Promise.all(Array.from({ length: 30 }, () => ask(sql, 'select pg_sleep(0.01)')));

    expect(proxy.made() - before).toBeLessThanOrEqual(3);
    await sql.close();
  });

  test.for<[string, (proxy: TcpProxy) => unknown]>([
    ['reset', ({ cut }) => cut('reset')],
    ['ended in order', ({ cut }) => cut('end')],
    ['dead without a sign, as after a freeze', ({ blackhole }) => blackhole()],
  ])('answers the next request where its connections were %s', async ([, harm]) => {
    const sql = open(behind());
    await Promise.all([ask(sql), ask(sql)]);

    harm(proxy);

    expect(await ask(sql)).toEqual([{ answer: 1 }]);
    await sql.close();
  });

  test('answers ten requests at once where its connections were reset, some of which wait for new ones', async () => {
    for (let round = 0; round < 10; round += 1) {
      const sql = open(behind());
      await Promise.all(Array.from({ length: 10 }, () => ask(sql)));

      proxy.cut('reset');
      const answers = await Promise.all(Array.from({ length: 10 }, () => ask(sql)));

      expect(answers).toEqual(Array.from({ length: 10 }, () => [{ answer: 1 }]));
      await sql.close();
    }
  });

  test('answers the next request where the server has ended its backends', async () => {
    const sql = open(withDatabase(url, name));
    await ask(sql);
    await ask(admin, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);

    expect(await ask(sql)).toEqual([{ answer: 1 }]);
    await sql.close();
  });

  test('leaves a connection that reaches what takes no writes, as after a failover', async () => {
    const readOnly = `alter database ${name} set default_transaction_read_only`;
    await ask(admin, `${readOnly} = on`);
    const sql = open(withDatabase(url, name), '1');
    const write = () => ask(sql, 'create table if not exists written (at int)');
    await ask(sql);
    await expect(write()).rejects.toMatchObject({ code: 'unavailable', status: 503 });
    // A connection keeps what it was opened with, as one to the former primary does.
    await ask(admin, `${readOnly} = off`);

    await write();

    expect(await ask(sql, 'select count(*)::int as count from written')).toEqual([{ count: 0 }]);
    await sql.close();
  });

  test('gives a statement up in time, and the server ends it', async () => {
    const sql = open(withDatabase(url, name));
    await ask(sql);
    const startedAt = performance.now();

    await expect(ask(sql, 'select pg_sleep(60)')).rejects.toMatchObject({ code: 'unavailable', status: 503 });

    expect(performance.now() - startedAt).toBeLessThan(5000);
    await expect
      .poll(async () => {
        const asleep = `select count(*)::int as count from pg_stat_activity
          where datname = '${name}' and state = 'active' and query like '%pg_sleep(60)%' and pid <> pg_backend_pid()`;
        return (await ask(admin, asleep))[0]?.count;
      })
      .toBe(0);
    expect(await ask(sql)).toEqual([{ answer: 1 }]);
    await sql.close();
  });

  test('a server that is away is 503, and the next request works when it is back', async () => {
    const sql = open(behind());
    await proxy.down();
    await expect(ask(sql)).rejects.toMatchObject({ code: 'unavailable' });
    await proxy.up();

    expect(await ask(sql)).toEqual([{ answer: 1 }]);
    await sql.close();
  });
});
