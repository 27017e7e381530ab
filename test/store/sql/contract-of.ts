import { afterAll, beforeAll, describe, test } from 'vitest';
import type { StoreKind } from '../../../lib/base/config.ts';
import type { Store } from '../../../lib/store/contract.ts';
import { dialectOf } from '../../../lib/store/open-sql.ts';
import { createSql, type Sql } from '../../../lib/store/sql/client.ts';
import { migrate } from '../../../lib/store/sql/migrate.ts';
import { createSqlStore } from '../../../lib/store/sql/store.ts';
import { nameOf, withDatabase } from '../../support/database.ts';
import { startLateProxy } from '../../support/late-proxy.ts';
import { startProxy } from '../../support/proxy.ts';
import { createSqlDatabase } from '../../support/sql-server.ts';
import { storeContract } from '../contract.ts';

export interface SqlServer {
  /** Makes an empty database and gives its URL. */
  create(): Promise<string>;
  end(): Promise<void>;
}

/** Holds the store of one kind of SQL database to the contract. */
export function sqlContract(kind: StoreKind, start: () => Promise<SqlServer>, name: string = kind): void {
  const dialect = dialectOf(kind);
  const hasNetwork = kind !== 'sqlite';
  const closing: (() => Promise<unknown>)[] = [];
  let server: SqlServer;
  let url = '';
  let repeatingUrl = '';
  let store: Store | undefined;
  let repeating: Store | undefined;

  beforeAll(async () => {
    server = await start();
    url = await server.create();
    repeatingUrl = await server.create();
    for (const databaseUrl of [url, repeatingUrl])
      await migrate({ databaseUrl, sessionCollection: 'sessions' }, dialect);
  }, 60_000);
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    await server?.end();
  });

  function storeOn(databaseUrl: string, by = (sql: Sql) => sql) {
    // Of the silent one everything is asked at once.
    const store = createSqlStore(
      by(createSql({ databaseUrl, databaseMaxPoolSize: 50, sessionCollection: 'sessions' }, dialect)),
    );
    closing.push(store.close);
    return store;
  }

  const behind = (port: number) => {
    const proxied = new URL(url);
    proxied.hostname = '127.0.0.1';
    proxied.port = String(port);
    return proxied.href;
  };
  const target = () => ({ host: new URL(url).hostname, port: Number(new URL(url).port) });

  async function openSilent() {
    const proxy = await startProxy(target());
    closing.push(proxy.close);
    const store = storeOn(behind(proxy.port));
    await store.mailJobs.has('connected');
    proxy.pause();
    return store;
  }

  async function openHeld() {
    // MySQL is told to end the connection of what is given up, so that nothing of it arrives late.
    // Behind a pooler several that hang at once take the few connections that it has, and others wait too long.
    if (kind !== 'postgres' || name !== kind) return null;
    const proxy = await startLateProxy(target());
    closing.push(proxy.close);
    const store = storeOn(behind(proxy.port));
    await store.mailJobs.has('connected');
    return { store, hold: proxy.hold };
  }

  storeContract(`the store of ${name}`, {
    // One for all tests: a server of SQL has few connections to give.
    open: async () => {
      store ??= storeOn(url);
      return store;
    },
    openRepeating: async () => {
      repeating ??= storeOn(repeatingUrl, unheard);
      return repeating;
    },
    openSilent: hasNetwork ? openSilent : null,
    openHeld,
  });
}

/** The same on a server, where this machine has one. */
export function serverContract(
  kind: StoreKind,
  server: { url: string; stop?(): Promise<void> } | { whyNot: string },
  name: string = kind,
): void {
  if ('whyNot' in server) {
    describe(`the store of ${name}`, () => {
      test('there is no server to test it on', ({ skip }) => skip(server.whyNot));
    });
    return;
  }
  const start = async () => ({
    create: async () => {
      const database = nameOf('contract');
      await createSqlDatabase(kind, server.url, database);
      return withDatabase(server.url, database);
    },
    end: async () => server.stop?.(),
  });
  sqlContract(kind, start, name);
}

/** Nobody hears the answer of a first try: what is to be done is done, and asked for once more. */
function unheard(sql: Sql): Sql {
  return {
    ...sql,
    run: (operation) =>
      sql.run(async (db) => {
        await operation(db);
        return operation(db);
      }),
  };
}
