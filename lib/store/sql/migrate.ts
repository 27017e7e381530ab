import type { Knex } from 'knex';
import type { ConfigFor } from '../../base/config.ts';
import { createKnex, type Sql } from './client.ts';
import type { Dialect } from './dialect.ts';
import { migrations } from './migrations/migrations.ts';
import { createOwnTable, ForeignTableError } from './own-table.ts';

/** One step of the schema. It can be repeated where it stopped in its middle; there is no way back. */
export interface Migration {
  /** Numbered, such as `001-first`. */
  readonly name: string;
  up(db: Knex.Transaction, dialect: Dialect): Promise<void>;
}

const table = 'schema_migrations';

/**
 * Brings the schema up to date, on a connection of its own; safe to repeat, to interrupt, and to run twice at once.
 *
 * @returns a line for each step that was made now.
 */
export async function migrate(
  config: Pick<ConfigFor<'database'>, 'databaseUrl'>,
  dialect: Dialect,
): Promise<string[]> {
  const knex = createKnex(config.databaseUrl, dialect, 1);
  try {
    await createTable(knex, dialect);
    const made: string[] = [];
    // One transaction a step: what was made stays where a later one fails.
    for (const migration of migrations)
      if (await makeOnce(knex, dialect, migration)) made.push(migration.name);
    return made;
  } finally {
    await knex.destroy();
  }
}

async function createTable(knex: Knex, dialect: Dialect): Promise<void> {
  try {
    await createOwnTable(knex, table, (columns) => {
      columns.specificType('name', dialect.keyType).primary();
      columns.bigInteger('made_at').notNullable();
    });
  } catch (error) {
    if (error instanceof ForeignTableError) throw error;
    // Another run was first.
    if (!(await knex.schema.hasTable(table))) throw error;
  }
}

function makeOnce(knex: Knex, dialect: Dialect, { name, up }: Migration): Promise<boolean> {
  return knex.transaction(async (transaction) => {
    await dialect.lockSchema(transaction);
    const isMade = await transaction(table).where({ name }).first();
    if (isMade) return false;
    await up(transaction, dialect);
    await transaction(table).insert({ name, made_at: Date.now() });
    return true;
  });
}

/** The steps that `npm run db:prepare` would make. One that only a later release knows is none of ours. */
export async function findMissingMigrations({ run, dialect }: Sql): Promise<string[]> {
  const names = migrations.map(({ name }) => name);
  try {
    const made = await run((db) => db<{ name: string }>(table).select('name'));
    return names.filter((name) => !made.some((each) => each.name === name));
  } catch (error) {
    const { cause = error } = error as Error;
    if (dialect.isUnprepared(cause)) return names;
    throw error;
  }
}
