import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSql } from '../../../lib/store/open-sql.ts';
import { sqlContract } from './contract-of.ts';

sqlContract('sqlite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'session-auth-'));
  let files = 0;
  return {
    create: async () => {
      files += 1;
      return `sqlite:${join(folder, `${files}.sqlite`)}`;
    },
    end: () => rm(folder, { recursive: true }),
  };
});

test('a file that cannot be reached is 503, and the next request works once it can', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'session-auth-'));
  const folder = join(parent, 'disk');
  const sql = openSql({
    store: 'sqlite',
    databaseUrl: `sqlite:${join(folder, 'away.sqlite')}`,
    databaseMaxPoolSize: 5,
    sessionCollection: 'sessions',
  });
  onTestFinished(async () => {
    await sql.close();
    await rm(parent, { recursive: true });
  });
  const ask = () => sql.run((db) => db.raw('select 1 as answer', []));

  await expect(ask()).rejects.toMatchObject({ code: 'unavailable', status: 503 });
  await mkdir(folder);

  expect(await ask()).toEqual([{ answer: 1 }]);
});
