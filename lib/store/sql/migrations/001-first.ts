import type { Knex } from 'knex';
import type { Dialect } from '../dialect.ts';
import { createOwnTable } from '../own-table.ts';
import type { Migration } from './migration.ts';

type Table = Knex.CreateTableBuilder;

/** Everything that the product kept when it first was on SQL. */
export const first: Migration = {
  name: '001-first',
  up: async (db, dialect) => {
    const { key, text, time } = columnsOf(dialect);
    const create = (name: string, columns: (table: Table) => void) => createOwnTable(db, name, columns);

    await create('users', (table) => {
      key(table, 'id').primary();
      key(table, 'email_key').notNullable().unique({ indexName: 'users_email_key_unique' });
      text(table, 'email');
      text(table, 'name');
      text(table, 'password');
      table.integer('credentials_version');
      time(table, 'email_verified_at');
      time(table, 'created_at');
      time(table, 'credentials_changed_at');
      text(table, 'address_changes');
      time(table, 'locked_until');
      key(table, 'locked_by');
      key(table, 'changed_by');
      time(table, 'seat_expires_at').index('users_seat_expires_at');
    });
    await create('tokens', (table) => {
      key(table, 'slot').primary();
      key(table, 'token_hash').notNullable().unique({ indexName: 'tokens_token_hash_unique' });
      key(table, 'purpose').notNullable();
      key(table, 'user_id').notNullable().index('tokens_user');
      text(table, 'email').notNullable();
      table.integer('credentials_version');
      time(table, 'created_at').notNullable();
      time(table, 'expires_at').notNullable().index('tokens_expires_at');
      time(table, 'claimed_until').notNullable();
      key(table, 'claimed_by');
      time(table, 'spent_at');
      text(table, 'spent_network');
    });
    await create('sign_ups', (table) => {
      key(table, 'id').primary();
      text(table, 'email').notNullable();
      key(table, 'email_key').notNullable();
      text(table, 'name');
      text(table, 'password');
      time(table, 'created_at').notNullable();
      time(table, 'expires_at').notNullable().index('sign_ups_expires_at');
      table.index(['email_key', 'created_at'], 'sign_ups_email_newest');
    });
    await create('repeats', (table) => {
      key(table, 'id').primary();
      key(table, 'subject').notNullable().index('repeats_subject');
      time(table, 'expires_at').notNullable().index('repeats_expires_at');
    });
    await create('events', (table) => {
      key(table, 'id').primary();
      key(table, 'user_id');
      key(table, 'type');
      time(table, 'at');
      text(table, 'ip');
      text(table, 'user_agent');
      table.smallint('may_arrive_again').notNullable();
      time(table, 'expires_at').notNullable().index('events_expires_at');
      table.index(['user_id', 'at', 'id'], 'events_user_newest');
    });
    await create('limits', (table) => {
      key(table, 'id').primary();
      table.integer('points').notNullable();
      time(table, 'expires_at').notNullable().index('limits_expires_at');
    });
    await create('mail_jobs', (table) => {
      key(table, 'id').primary();
      time(table, 'expires_at').notNullable().index('mail_jobs_expires_at');
    });
    await create('outbox', (table) => {
      key(table, 'id').primary();
      text(table, 'to_address').notNullable();
      key(table, 'to_key').notNullable();
      text(table, 'subject').notNullable();
      text(table, 'text').notNullable();
      text(table, 'html').notNullable();
      key(table, 'user_id').index('outbox_user');
      time(table, 'sent_at').notNullable();
      time(table, 'expires_at').notNullable().index('outbox_expires_at');
      table.index(['to_key', 'sent_at'], 'outbox_to_newest');
    });
  },
  upSessions: async (db, dialect, name) => {
    const { key, text, time } = columnsOf(dialect);
    await createOwnTable(db, name, (table) => {
      key(table, 'id').primary();
      time(table, 'created_at').notNullable();
      time(table, 'last_seen_at').notNullable();
      time(table, 'expires_at').notNullable().index(`${name}_expires_at`);
      table.smallint('remember').notNullable();
      key(table, 'user_id');
      text(table, 'methods');
      table.smallint('assurance');
      time(table, 'authenticated_at');
      table.integer('credentials_version');
      text(table, 'ip');
      text(table, 'user_agent');
      table.specificType('data', dialect.jsonType).notNullable();
      table.index(['user_id', 'last_seen_at'], `${name}_user_last_seen`);
    });
  },
};

function columnsOf(dialect: Dialect) {
  return {
    key: (table: Table, name: string) => table.specificType(name, dialect.keyType),
    text: (table: Table, name: string) => table.specificType(name, dialect.textType),
    time: (table: Table, name: string) => table.bigInteger(name),
  };
}
