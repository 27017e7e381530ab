import * as z from 'zod/mini';
import { longestAddress } from '../../users/email.ts';
import { mostRoles, rolePattern } from '../../users/roles.ts';
import { atMost, Text } from '../shared/fields.ts';
import { cursorPattern } from './user-search.ts';

const roleMessage = 'must be small letters, digits, - and _, at most 32, and begin with a letter';
const mostMessage = `must not be more than ${mostRoles}`;

/** The name of a role. */
export const Role = z
  .string({ error: 'must be a string' })
  .check(z.regex(rolePattern, roleMessage), z.meta({ example: 'editor' }));

/** All the roles of a user; `admin` alone means something here. */
export const Roles = z
  .array(Role, { error: 'must be a list of roles' })
  .check(z.maxLength(mostRoles, mostMessage));

/** Whom to look for. */
export const Searched = Text.check(
  ...atMost(longestAddress),
  z.meta({ description: 'The beginning of an address or of a name, or an id.' }),
);

/** Where a page of users ends. */
export const UserCursor = z
  .string({ error: 'must be a string' })
  .check(z.regex(cursorPattern, 'must be `next` of another page'));

/** The same as a form sends it, with spaces or commas between; what is wrong with one is told of its one field. */
export const RolesText = z._default(
  z.pipe(
    z.pipe(
      z.string({ error: 'must be a string' }).check(z.meta({ example: 'editor, author' })),
      z.transform((typed) => typed.split(/[\s,]+/).filter((role) => role !== '')),
    ),
    z.array(z.string()).check(
      z.refine((roles) => roles.every((role) => rolePattern.test(role)), roleMessage),
      z.maxLength(mostRoles, mostMessage),
    ),
  ),
  [],
);
