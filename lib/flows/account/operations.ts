import * as z from 'zod/mini';
import { eventTypes } from '../../activity/events.ts';
import { operation } from '../../web/operation.ts';
import { Email, Name, NewPassword, Password, Timestamp, User } from '../shared/fields.ts';

const UserAnswer = z.object({ user: User });

const Event = z
  .object({
    id: z.string(),
    type: z.enum(eventTypes),
    at: Timestamp,
    ip: z.nullable(z.string()),
    userAgent: z.nullable(z.string()),
  })
  .check(z.meta({ id: 'ActivityEvent' }));

const limitMessage = 'must be a whole number from 1 to 100';

/** Events on a page: 20 unless asked. In an address it is text, to those who read the description a number. */
const PageLimit = z._default(
  z.pipe(
    z
      .string({ error: limitMessage })
      .check(
        z.regex(/^([1-9]\d?|100)$/, limitMessage),
        z.meta({ type: 'integer', minimum: 1, maximum: 100, default: 20 }),
      ),
    z.transform(Number),
  ),
  20,
);

/** Where a page of events ends: time and id of its last, since several may share a millisecond. */
const Cursor = z
  .string({ error: 'must be a string' })
  .check(z.regex(/^[0-9]{1,15}\.[0-9a-f]{24}$/, 'must be `next` of another page'));

export const getAccount = operation({
  method: 'get',
  path: '/account',
  summary: 'The account of who is signed in',
  signedIn: true,
  answers: { 200: { description: 'The user.', schema: UserAnswer } },
});

export const changeAccount = operation({
  method: 'patch',
  path: '/account',
  summary: 'Change the name',
  signedIn: true,
  body: z.strictObject({ name: z.nullable(Name) }),
  answers: { 200: { description: 'The user as it is now.', schema: UserAnswer } },
});

export const changePassword = operation({
  method: 'post',
  path: '/account/password',
  summary: 'Change the password',
  description:
    'This session gets a new id and cookie, every other one ends, and the user is told by mail. Asked again within a minute, with the same cookie and from the same network address, it is the same success, with a cookie of its own.',
  signedIn: true,
  body: z.strictObject({ currentPassword: Password, newPassword: NewPassword }),
  answers: { 204: { description: 'Changed; sets a new session cookie.' } },
  problems: ['wrong_password', 'weak_password'],
});

export const changeEmail = operation({
  method: 'post',
  path: '/account/email',
  summary: 'Change the e-mail address',
  description:
    'The new address is asked by mail to confirm, and takes effect then; both are told, and the old one can undo it if it was confirmed.',
  signedIn: true,
  body: z.strictObject({ currentPassword: Password, newEmail: Email }),
  answers: { 202: { description: 'Asked for, also where the address is another user’s.' } },
  problems: ['wrong_password', 'same_email', 'rate_limited'],
});

export const deleteAccount = operation({
  method: 'delete',
  path: '/account',
  summary: 'Delete the account',
  signedIn: true,
  body: z.strictObject({ currentPassword: Password }),
  answers: { 204: { description: 'Nothing of the user is left; the cookie is cleared.' } },
  problems: ['wrong_password'],
});

/** The fields that {@link User} lacks are as they are stored. */
const ExportedUser = z.object({
  ...User.shape,
  emailKey: z.string(),
  emailVerifiedAt: z.nullable(Timestamp),
  credentialsVersion: z.int(),
  revision: z.int(),
  lockedUntil: z.optional(Timestamp),
  credentialsChangedAt: z.optional(Timestamp),
  /** Changes of the address that can be undone still. */
  addressChanges: z.optional(z.array(z.object({ version: z.int(), email: z.string(), at: Timestamp }))),
});

export const exportAccount = operation({
  method: 'get',
  path: '/account/export',
  summary: 'All that is stored about the user, as a download',
  signedIn: true,
  answers: {
    200: {
      description: 'Everything, without secrets.',
      schema: z.looseObject({ exportedAt: Timestamp, user: ExportedUser }),
    },
  },
});

export const listActivity = operation({
  method: 'get',
  path: '/account/activity',
  summary: 'What happened on the account, newest first',
  signedIn: true,
  query: z.object({ before: z.optional(Cursor), limit: PageLimit }),
  answers: {
    200: {
      description: 'A page of events; `next` is the `before` of the next page, or null.',
      schema: z.object({ events: z.array(Event), next: z.nullable(z.string()) }),
    },
  },
});
