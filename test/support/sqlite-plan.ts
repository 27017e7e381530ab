import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { dialectOf, openSql } from '../../lib/store/open-sql.ts';
import type { Sql } from '../../lib/store/sql/client.ts';
import { migrate } from '../../lib/store/sql/migrate.ts';

/** How SQLite says that it finds what is asked for first. PostgreSQL reads a small table whole, whatever the indexes. */
export async function planOf(ask: (sql: Sql) => Promise<unknown>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'session-auth-'));
  const databaseUrl = `sqlite:${join(folder, 'plan.sqlite')}`;
  const config = { store: 'sqlite', databaseUrl, databaseMaxPoolSize: 1, sessionCollection: 's' } as const;
  await migrate(config, dialectOf('sqlite'));
  const sql = openSql(config);
  onTestFinished(async () => {
    await sql.close();
    await rm(folder, { recursive: true });
  });
  const asked: { sql: string; bindings: string[] }[] = [];
  sql.client().on('query', (each) => asked.push(each));
  await ask(sql);
  const [{ sql: text = '', bindings = [] } = {}] = asked;
  const lines: { detail: string }[] = await sql.client().raw(`explain query plan ${text}`, bindings);
  return lines.map(({ detail }) => detail).join('\n');
}
