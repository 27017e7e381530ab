import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { knexOn } from '../knex-on.ts';
import type { Way } from './stack.ts';
import type { Where } from './store.ts';

/** A database that a test file reaches through Knex. */
export interface SqlDatabase {
  prepare(): Promise<{ whyNot: string } | undefined>;
  where(): Where;
  /** A client that all callers share. */
  knex(): Knex;
  way(): Promise<Way>;
  /** Refuses a session with the number of visits of one that is there, until what is returned is called. */
  refuseSecond(): Promise<() => Promise<void>>;
  drop(): Promise<void>;
}

/** Makes a client at the first need, and ends it where there is one. */
export function sharedKnex(url: () => string): { get(): Knex; end(): Promise<void> } {
  let shared: Knex | undefined;
  return {
    get: () => {
      shared ??= knexOn(url());
      return shared;
    },
    end: async () => void (await shared?.destroy()),
  };
}

/** A file of its own, in a folder that is removed after. */
export function sqliteDatabase(about: string): SqlDatabase {
  const name = `test_${about}_${randomBytes(6).toString('hex')}`;
  const folder = join(tmpdir(), name);
  const file = join(folder, 'stock.sqlite');
  const where = { uri: `sqlite:${file}`, name };
  const shared = sharedKnex(() => where.uri);
  return {
    prepare: async () => {
      mkdirSync(folder, { recursive: true });
      return undefined;
    },
    where: () => where,
    knex: shared.get,
    // As where the disk that it lies on is not there.
    way: async () => {
      const away = `${folder}_away`;
      const up = async () => {
        if (existsSync(away)) renameSync(away, folder);
      };
      return { where, delay: () => undefined, down: async () => renameSync(folder, away), up, close: up };
    },
    refuseSecond: async () => {
      const visits = (row: string) => `json_extract(${row}sess, '$.visits')`;
      await shared.get().raw(`create trigger refuse before insert on sessions
        when exists (select 1 from sessions where ${visits('')} = ${visits('new.')})
        begin select raise(abort, 'refused'); end`);
      return async () => void (await shared.get().raw('drop trigger refuse'));
    },
    drop: async () => {
      await shared.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
