import type { Knex } from 'knex';
import type { ConfigFor } from '../../base/config.ts';
import { Problem } from '../../base/problem.ts';
import { recordNames } from '../record-names.ts';
import { createKnex, type Sql } from './client.ts';
import type { Dialect } from './dialect.ts';
import type { Migration } from './migrations/migration.ts';
import { migrations } from './migrations/migrations.ts';
import { createOwnTable, ForeignTableError } from './own-table.ts';
import { schemaTable } from './tables.ts';

/**
 * Brings the schema up to date, on a connection of its own; safe to repeat, to interrupt, and to run twice at once.
 *
 * @returns a line for each step that was made now.
 */
export async function migrate(
  config: Pick<ConfigFor<'database'>, 'databaseUrl' | 'sessionCollection'>,
  dialect: Dialect,
  steps: readonly Migration[] = migrations,
): Promise<string[]> {
  const knex = createKnex(config.databaseUrl, dialect, 1);
  try {
    await createTable(knex, dialect);
    const made: string[] = [];
    // One transaction a step: what was made stays where a later one fails.
    for (const migration of steps)
      if (await makeOnce(knex, dialect, migration, config.sessionCollection)) made.push(migration.name);
    return made;
  } finally {
    await knex.destroy();
  }
}

async function createTable(knex: Knex, dialect: Dialect): Promise<void> {
  try {
    await createOwnTable(knex, schemaTable, (columns) => {
      columns.specificType('name', dialect.keyType).primary();
      columns.bigInteger('made_at').notNullable();
    });
  } catch (error) {
    if (error instanceof ForeignTableError) throw error;
    // Another run was first.
    if (!(await knex.schema.hasTable(schemaTable))) throw error;
  }
}

/** How a step is recorded that was made for this table of sessions. */
const recordOf = (name: string, sessions: string) =>
  sessions === recordNames.sessions ? name : `${name}:${sessions}`;

/** True where a step was made for any table of sessions: what all of them share is there. */
const isShared = (made: readonly string[], name: string) =>
  made.some((record) => record === name || record.startsWith(`${name}:`));

function makeOnce(knex: Knex, dialect: Dialect, step: Migration, sessions: string): Promise<boolean> {
  const record = recordOf(step.name, sessions);
  return knex.transaction(async (transaction) => {
    await dialect.lockSchema(transaction);
    const made: string[] = await transaction(schemaTable).pluck('name');
    if (made.includes(record)) return false;
    if (!isShared(made, step.name)) await step.up(transaction, dialect);
    await step.upSessions?.(transaction, dialect, sessions);
    await transaction(schemaTable).insert({ name: record, made_at: Date.now() });
    return true;
  });
}

/** The steps that `npm run db:prepare` would make. One that only a later release knows is none of ours. */
export async function findMissingMigrations({ run, tables }: Sql): Promise<string[]> {
  const records = migrations.map(({ name }) => recordOf(name, tables.sessions));
  try {
    const made = await run((db) => db<{ name: string }>(schemaTable).select('name'));
    return records.filter((record) => !made.some(({ name }) => name === record));
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_prepared') return records;
    throw error;
  }
}
