import type { StoreKind } from '../base/config.ts';
import { HintedError } from '../base/hinted-error.ts';

/**
 * Why a database that can be reached does not do what is asked, until somebody puts it right: it refuses our
 * `credentials`, has no such `database`, we lack `grants`, or its `file` is none of its kind or takes no writes.
 */
export type AccessFault = 'credentials' | 'database' | 'grants' | 'file';

/** An {@link AccessFault}, with what is to be done about it; its code is the database's own. */
export class AccessError extends HintedError {
  override readonly name = 'AccessError';
  readonly fault: AccessFault;
  readonly code: unknown;

  constructor(fault: AccessFault, hint: string, cause: unknown) {
    super(`the database gives no access: ${fault}`, hint, { cause });
    const { code, codeName } = cause as { code?: unknown; codeName?: unknown };
    this.fault = fault;
    this.code = codeName ?? code;
  }
}

/** What a user of SQL has to be granted, to serve requests and to prepare the database. */
const grants = {
  serve: 'grant it select, insert, update and delete on every table of this product',
  prepare: 'grant it to create and change tables there; in PostgreSQL that is create and usage on the schema',
};
const role = 'give it the role readWrite on the database, or name a user where none is named';

/**
 * What is to be done, in words for an operator.
 *
 * @param what `serve` for what requests need, `prepare` for `npm run db:prepare`.
 * @param table that was refused, where that is known.
 */
export function accessHint(
  fault: AccessFault,
  store: StoreKind,
  what: 'serve' | 'prepare' = 'serve',
  table?: string,
): string {
  const variable = store === 'mongodb' ? 'MONGODB_URI' : 'DATABASE_URL';
  const then = what === 'serve' ? ' and run npm run db:prepare' : '';
  const on = table === undefined ? '' : ` on ${table}`;
  const needed = store === 'mongodb' ? role : grants[what];
  const hints = {
    credentials: `the server refuses the user or password of ${variable}, or the host or way by which it comes: put them right`,
    database: `the server has no such database as ${variable} names: create it${then}`,
    grants: `the user of ${variable} may not do this${on}: ${needed}`,
    file: `the file of ${variable} is none of SQLite, or this process may not write it and its folder: put that right`,
  } as const satisfies Record<AccessFault, string>;
  return hints[fault];
}
