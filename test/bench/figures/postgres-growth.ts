import { dialectOf } from '../../../lib/store/open-sql.ts';
import { createKnex } from '../../../lib/store/sql/client.ts';
import { sessionsEach } from '../crowd.ts';
import { atMost, type Figure, median, plain } from '../figure.ts';
import type { BenchInstance } from '../instance.ts';
import type { Setting } from '../setting.ts';
import type { SqlGround } from '../sql-ground.ts';

const sizes = [1000, 1_000_000] as const;
const rounds = 15;
const perRound = 200;

/**
 * `GET /auth/session` as the table grows: a database with a thousand live sessions beside one with a million, in rounds
 * that alternate.
 */
export function postgresGrowthFigures(setting: Setting): Promise<Figure[]> {
  return setting.onSql('postgres', async (ground) => {
    const instances: BenchInstance[] = [];
    for (const size of sizes) {
      ground.log(`growth: filling a database with ${size} sessions`);
      instances.push(await instanceAmong(ground, size));
    }
    ground.log(`growth: ${rounds} rounds on both by turns`);
    const [small = Number.NaN, large = Number.NaN] = await mediansOf(instances);
    return [
      plain(`session with ${sizes[0]} live sessions, PostgreSQL`, small, 'ms'),
      atMost(
        `session with ${sizes[1]} live sessions / with ${sizes[0]}, PostgreSQL`,
        large / small,
        'x',
        1.2,
      ),
    ];
  });
}

/** An instance with somebody signed in, in whose database so many sessions are alive. */
async function instanceAmong(ground: SqlGround, sessions: number): Promise<BenchInstance> {
  const environment = ground.environment(`growth_${sessions}`);
  const instance = await ground.start('auth', environment);
  await instance.do({ kind: 'prepare', emails: ['ada@example.com'] }, 'prepared');
  await fillWithOthers(environment.DATABASE_URL ?? '', sessions - 1);
  return instance;
}

async function fillWithOthers(url: string, sessions: number): Promise<void> {
  const knex = createKnex(url, dialectOf('postgres'), 1);
  // It takes longer than any request of ours may.
  await knex.raw('set statement_timeout = 0');
  const now = Date.now();
  await knex.raw(
    `insert into users (id, email, email_key, name, password, credentials_version, created_at)
      select 'other ' || n, 'other' || n || '@example.com', 'other' || n || '@example.com', 'Other',
        repeat('x', 60), 1, ?
      from generate_series(0, ?) n`,
    [now, Math.floor((sessions - 1) / sessionsEach)],
  );
  await knex.raw(
    `insert into sessions (id, created_at, last_seen_at, expires_at, remember, user_id, methods, assurance,
        authenticated_at, credentials_version, ip, user_agent, data)
      select encode(sha256(n::text::bytea), 'base64'), at, at, at + 172800000, 1, 'other ' || n / ?,
        '[["password",' || at || ']]', 1, at, 1, '203.0.113.9', 'bench', '{}'
      from (select n, ?::bigint - floor(random() * 86400000)::bigint as at from generate_series(0, ?) n) made`,
    [sessionsEach, now, sessions - 1],
  );
  // What the server does by itself some time after so many rows, and must not do while it is measured.
  await knex.raw('vacuum analyze');
  await knex.destroy();
}

/** Milliseconds at the median of the rounds, by instance. */
async function mediansOf(instances: readonly BenchInstance[]): Promise<number[]> {
  const samples: number[][] = instances.map(() => []);
  for (let round = -1; round < rounds; round += 1) {
    for (const [at, instance] of instances.entries()) {
      // The first round warms up.
      const count = round < 0 ? perRound * rounds : perRound;
      const { ms } = await instance.do({ kind: 'times', request: 'session', count }, 'timed');
      if (round >= 0) samples[at]?.push(median(ms));
    }
  }
  return samples.map(median);
}
