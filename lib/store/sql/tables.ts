import type { Config } from '../../base/config.ts';
import type { Kind } from '../contract.ts';
import { recordNames } from '../record-names.ts';

const { sessions: _configured, ...others } = recordNames;

/** The table of each kind of record but sessions, the name of whose table `SESSION_COLLECTION` says. */
export const tables = others;

export type Tables = Readonly<Record<Kind, string>>;

/** The table of each kind of record. */
export const tablesOf = ({ sessionCollection }: Pick<Config, 'sessionCollection'>): Tables => ({
  ...recordNames,
  sessions: sessionCollection,
});

/** Which identity is whose: made of users' factors, so that no two users have the same. */
export const identityTable = 'identities';

/** Which roles a user has: made of the users' own column, so that a role leads to its users. */
export const roleTable = 'user_roles';

/** Where it is kept which steps of the schema were made. */
export const schemaTable = 'schema_migrations';

/** Where the mark of a copy is kept; gone when it is complete. */
export const markTable = 'copy_mark';

/** Times are whole milliseconds since 1970, in every database the same. Some drivers hand them over as text. */
export type Milliseconds = number | string;

export const toDate = (value: Milliseconds) => new Date(Number(value));

export const toDateOrNull = (value: Milliseconds | null) => (value === null ? null : toDate(value));

export const toMs = (date: Date) => date.getTime();

export const toMsOrNull = (date: Date | null) => (date === null ? null : date.getTime());
