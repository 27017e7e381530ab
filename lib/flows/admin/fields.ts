import * as z from 'zod/mini';
import { longestAddress } from '../../users/email.ts';
import { mostRoles, rolePattern } from '../../users/roles.ts';
import { atMost, Text } from '../shared/fields.ts';
import { cursorPattern } from './user-search.ts';

/** The name of a role. */
export const Role = z
  .string({ error: 'must be a string' })
  .check(
    z.regex(rolePattern, 'must be small letters, digits, - and _, at most 32, and begin with a letter'),
    z.meta({ example: 'editor' }),
  );

/** All the roles of a user; `admin` alone means something here. */
export const Roles = z
  .array(Role, { error: 'must be a list of roles' })
  .check(z.maxLength(mostRoles, `must not be more than ${mostRoles}`));

/** Whom to look for. */
export const Searched = Text.check(
  ...atMost(longestAddress),
  z.meta({ description: 'The beginning of an address or of a name, or an id.' }),
);

/** Where a page of users ends. */
export const UserCursor = z
  .string({ error: 'must be a string' })
  .check(z.regex(cursorPattern, 'must be `next` of another page'));

/** The same as a form sends it, with spaces or commas between. */
export const RolesText = z._default(
  z.pipe(
    z.pipe(
      z.string({ error: 'must be a string' }).check(z.meta({ example: 'editor, author' })),
      z.transform((typed) => typed.split(/[\s,]+/).filter((role) => role !== '')),
    ),
    Roles,
  ),
  [],
);
