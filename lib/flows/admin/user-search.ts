import type { UserRecords } from '../../store/contract.ts';
import { nameKeyOf } from '../../store/name-key.ts';
import type { UserProfile, UserQuery } from '../../store/records.ts';
import { emailKey } from '../../users/email.ts';

/** Whom an administrator looks for. */
export interface UserSearch {
  /** The beginning of an address or a name, or an id; all users without it. */
  query?: string | undefined;
  role?: string | undefined;
  disabled?: boolean | undefined;
  /** `next` of the page before. */
  after?: string | undefined;
  limit: number;
}

export interface FoundUsers {
  users: UserProfile[];
  /** `after` of the next page; null on the last. */
  next: string | null;
}

/** Where a page ended: those found by address come first, then those found by name. */
interface Place {
  readonly key: UserQuery['key'];
  readonly after?: UserQuery['after'];
}

/** What a place looks like from outside. */
export const cursorPattern = /^[en](?:\.[\w-]{1,100}\.[\w-]{0,1400})?$/;

/** Reads of one page, at most: where many are found by name and address both, a page may be short of its limit. */
const mostReads = 5;

/** Finds users by an index, however many there are; nobody stands on two pages of one search. */
export function createUserSearch(users: Pick<UserRecords, 'find' | 'list'>) {
  return async function search({ query = '', after, limit, ...only }: UserSearch): Promise<FoundUsers> {
    const typed = query.trim();
    const prefixes = { emailKey: emailKey(typed), nameKey: nameKeyOf(typed) };
    const found: { user: UserProfile; place: Place }[] = [];
    let place: Place | null = after === undefined ? { key: 'emailKey' } : placeOf(after);
    if (after === undefined && idPattern.test(typed)) {
      const user = await users.find(typed);
      if (user && isOf(user, only)) found.push({ user, place });
    }
    const isNew = ({ key }: Place, { id, emailKey }: UserProfile) =>
      id !== typed && !(key === 'nameKey' && emailKey.startsWith(prefixes.emailKey));

    for (let reads = 0; place && found.length <= limit && reads < mostReads; reads += 1) {
      const from: Place = place;
      const page = await users.list({ ...only, ...from, prefix: prefixes[from.key], most: limit + 1 });
      const ended = page.map((user) => ({ user, place: { key: from.key, after: endOf(user, from.key) } }));
      found.push(...ended.filter(({ user }) => isNew(from, user)));
      place = page.length > limit ? (ended.at(-1)?.place ?? null) : following(from, typed);
    }

    const shown = found.slice(0, limit);
    const end = found.length > limit ? (shown.at(-1)?.place ?? null) : place;
    return { users: shown.map(({ user }) => user), next: end && cursorOf(end) };
  };
}

/** An id of a user, of 128 bits. */
export const idPattern = /^[\w-]{22}$/;

/** With nothing typed everybody has been found by address. */
function following({ key }: Place, typed: string): Place | null {
  return key === 'emailKey' && typed !== '' ? { key: 'nameKey' } : null;
}

function isOf(user: UserProfile, { role, disabled }: Pick<UserSearch, 'role' | 'disabled'>): boolean {
  const hasRole = role === undefined || user.roles.includes(role);
  return hasRole && (disabled === undefined || disabled === (user.disabledAt !== null));
}

function endOf(user: UserProfile, key: Place['key']): NonNullable<Place['after']> {
  return { key: user[key] ?? '', id: user.id };
}

function cursorOf({ key, after }: Place): string {
  const kind = key === 'emailKey' ? 'e' : 'n';
  return after ? [kind, after.id, Buffer.from(after.key).toString('base64url')].join('.') : kind;
}

/** Whatever fits the pattern is a place; no database keeps NUL. */
function placeOf(cursor: string): Place {
  const [kind, id, encoded = ''] = cursor.split('.');
  const key = kind === 'e' ? 'emailKey' : 'nameKey';
  if (id === undefined) return { key };
  return { key, after: { id, key: Buffer.from(encoded, 'base64url').toString().replaceAll('\0', '') } };
}
