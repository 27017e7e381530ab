import { databaseConfig } from '../../../lib/dev/database-config.ts';
import type { Store } from '../../../lib/store/contract.ts';
import { dialectOf, openSql } from '../../../lib/store/open-sql.ts';
import type { UserQuery } from '../../../lib/store/records.ts';
import { createKnex } from '../../../lib/store/sql/client.ts';
import { createSqlStore } from '../../../lib/store/sql/store.ts';
import { atMost, type Figure, median } from '../figure.ts';
import type { Setting } from '../setting.ts';
import type { SqlGround } from '../sql-ground.ts';

const sizes = [1000, 1_000_000] as const;
const rounds = 15;
const perRound = 50;

/** What an administrator asks for, each a page of 20. */
const searches: Record<string, UserQuery> = {
  'the first page of all users': { key: 'emailKey', prefix: '', most: 21 },
  'a page in the middle': {
    ...{ key: 'emailKey', prefix: '', most: 21 },
    after: { key: 'other5', id: '' },
  },
  'by the beginning of an address': { key: 'emailKey', prefix: 'other50', most: 21 },
  'by the beginning of a name': { key: 'nameKey', prefix: 'name 50', most: 21 },
  'by a rare role': { key: 'emailKey', prefix: '', role: 'rare', most: 21 },
  'by a role of every tenth': { key: 'emailKey', prefix: '', role: 'common', most: 21 },
  'of those who are kept out': { key: 'emailKey', prefix: '', disabled: true, most: 21 },
};

/** Search and pages of users as their table grows: a thousand beside a million, in rounds that alternate. */
export function postgresUsersFigures(setting: Setting): Promise<Figure[]> {
  return setting.onSql('postgres', async (ground) => {
    const stores: Store[] = [];
    for (const size of sizes) {
      ground.log(`users: filling a database with ${size} users`);
      stores.push(await storeAmong(ground, size));
    }
    const figures: Figure[] = [];
    for (const [what, query] of Object.entries(searches)) {
      const [small = Number.NaN, large = Number.NaN] = await mediansOf(stores, query);
      const name = `${what}: ${sizes[1]} users / ${sizes[0]}, PostgreSQL`;
      figures.push(atMost(name, large / small, 'x', 1.2));
    }
    await Promise.all(stores.map((store) => store.close()));
    return figures;
  });
}

async function storeAmong(ground: SqlGround, users: number): Promise<Store> {
  const environment = ground.environment(`users_${users}`);
  await ground.start('auth', environment);
  await fill(environment.DATABASE_URL ?? '', users);
  return createSqlStore(openSql(databaseConfig(environment)));
}

/** As many have a rare role, or are kept out, in both. */
async function fill(url: string, users: number): Promise<void> {
  const knex = createKnex(url, dialectOf('postgres'), 1);
  // It takes longer than any request of ours may.
  await knex.raw('set statement_timeout = 0');
  const everyNth = users / 100;
  await knex.raw(
    `insert into users (id, email, email_key, name, name_key, password, credentials_version, created_at, roles,
        disabled_at)
      select 'user' || n, 'other' || n || '@example.com', 'other' || n || '@example.com', 'Name ' || n, 'name ' || n,
        repeat('x', 60), 1, 0, case when n % 10 = 0 then '["common"]' end, case when n % ? = 0 then 1 end
      from generate_series(1, ?) n`,
    [everyNth, users],
  );
  await knex.raw(
    `insert into user_roles (role, user_id)
      select 'common', 'user' || n from generate_series(10, ?, 10) n
      union all select 'rare', 'user' || n from generate_series(1, ?, ?) n`,
    [users, users, everyNth],
  );
  await knex.raw('vacuum analyze');
  await knex.destroy();
}

/** Milliseconds at the median of the rounds, by store. */
async function mediansOf(stores: readonly Store[], query: UserQuery): Promise<number[]> {
  const samples: number[][] = stores.map(() => []);
  for (let round = -1; round < rounds; round += 1)
    for (const [at, { users }] of stores.entries()) {
      const ms: number[] = [];
      for (let time = 0; time < perRound; time += 1) {
        const startedAt = performance.now();
        await users.list(query);
        ms.push(performance.now() - startedAt);
      }
      // The first round warms up.
      if (round >= 0) samples[at]?.push(median(ms));
    }
  return samples.map(median);
}
