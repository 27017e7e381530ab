import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { dialectOf, openSql } from '../../../lib/store/open-sql.ts';
import { migrate } from '../../../lib/store/sql/migrate.ts';
import { createUserRecords } from '../../../lib/store/sql/users.ts';

/** How SQLite says that it finds a page of users. PostgreSQL reads a small table whole, whatever the indexes. */
async function planOf(query: Partial<Parameters<ReturnType<typeof createUserRecords>['list']>[0]>) {
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
  await createUserRecords(sql).list({ key: 'emailKey', prefix: '', most: 10, ...query });
  const [{ sql: text = '', bindings = [] } = {}] = asked;
  const lines: { detail: string }[] = await sql.client().raw(`explain query plan ${text}`, bindings);
  return lines.map(({ detail }) => detail).join('\n');
}

const after = { key: 'ada', id: 'A' };

test.each([
  ['all', {}, 'users_email_key_unique'],
  ['those whose name begins so', { key: 'nameKey', prefix: 'a' }, 'users_name_key'],
  ['those who are kept out', { disabled: true }, 'users_disabled_email_key'],
  ['those who are kept out, further on', { disabled: true, after }, 'users_disabled_email_key'],
  [
    'those who are kept out, by name',
    { key: 'nameKey', prefix: 'a', disabled: true },
    'users_disabled_name_key',
  ],
] as const)('a page of %s comes from an index, in its order', async (_whom, query, index) => {
  const plan = await planOf(query);

  expect(plan).toContain(`USING INDEX ${index} (`);
  expect(plan).not.toContain('TEMP B-TREE');
});
