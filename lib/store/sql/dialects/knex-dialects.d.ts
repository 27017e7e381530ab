/** Knex's clients of single databases, which it has no types for. A bundle has the one that it names, and no other. */
declare module 'knex/lib/dialects/postgres/index.js' {
  import type { Knex } from 'knex';
  export default class extends Knex.Client {
    _acquireOnlyConnection(): Promise<unknown>;
    destroyRawConnection(connection: unknown): Promise<void>;
  }
}

declare module 'knex/lib/dialects/mysql2/index.js' {
  import type { Knex } from 'knex';
  export default class extends Knex.Client {
    acquireRawConnection(): Promise<unknown>;
    destroyRawConnection(connection: unknown): Promise<void>;
    checkVersion(connection: unknown): Promise<void>;
  }
}

declare module 'knex/lib/dialects/better-sqlite3/index.js' {
  import type { Knex } from 'knex';
  export default class extends Knex.Client {
    _driver(): unknown;
    acquireRawConnection(): Promise<unknown>;
  }
}

declare module 'libsql' {
  export default class Database {
    constructor(path: string, options?: { timeout?: number });
    exec(sql: string): void;
    pragma(sql: string): unknown;
    close(): void;
  }
}
