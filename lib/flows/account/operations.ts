import * as z from 'zod/mini';
import { operation } from '../../web/operation.ts';
import { CurrentPassword, LanguageName, Name, NewPassword, Timestamp, User } from '../shared/fields.ts';
import { shared } from '../shared/manifest.ts';
import { renewed } from '../shared/token-fields.ts';

const UserAnswer = z.object({ user: User });

export const getAccount = operation({
  method: 'get',
  path: '/account',
  summary: 'The account of who is signed in',
  needs: 'session',
  answers: { 200: { description: 'The user.', schema: UserAnswer } },
});

export const changeAccount = operation({
  method: 'patch',
  path: '/account',
  summary: 'Change the name',
  needs: 'session',
  body: z.strictObject({ name: z.nullable(Name) }),
  answers: { 200: { description: 'The user as it is now.', schema: UserAnswer } },
});

export const changeLanguage = operation({
  method: 'put',
  path: '/account/language',
  summary: 'Choose the language of pages and mails',
  description: 'With null it is left to what the browser asks for (`Accept-Language`).',
  needs: 'session',
  body: z.strictObject({ language: z.nullable(LanguageName) }),
  answers: { 204: { description: 'Chosen, from the next page and mail on.' } },
});

export const changePassword = operation({
  method: 'post',
  path: '/account/password',
  summary: 'Change the password',
  description:
    'This session gets a new id and cookie, every other one ends, and the user is told by mail. Asked again within a minute, with the same cookie or token and from the same network address, it is the same success, with one of its own.',
  needs: 'session',
  body: z.strictObject({ currentPassword: CurrentPassword, newPassword: NewPassword }),
  answers: { ...renewed, 204: { description: 'Changed; sets a new session cookie.' } },
  problems: [
    shared.problems.wrong_password,
    shared.problems.reauthentication_needed,
    shared.problems.weak_password,
  ],
});

export const removePassword = operation({
  method: 'delete',
  path: '/account/password',
  summary: 'Remove the password',
  description: 'Where a passkey is there that has signed in alone, or is likely to be able to.',
  needs: 'session',
  answers: {
    ...renewed,
    204: { description: 'Removed; every other session has ended. Sets a new session cookie.' },
  },
  problems: [shared.problems.reauthentication_needed, shared.problems.last_way_in],
});

export const deleteAccount = operation({
  method: 'delete',
  path: '/account',
  summary: 'Delete the account',
  needs: 'session',
  body: z.strictObject({ currentPassword: CurrentPassword }),
  answers: { 204: { description: 'Nothing of the user is left; the cookie is cleared.' } },
  problems: [
    shared.problems.wrong_password,
    shared.problems.reauthentication_needed,
    shared.problems.last_admin,
  ],
});

/** The fields that {@link User} lacks are as they are stored. */
const ExportedUser = z.object({
  ...User.shape,
  emailKey: z.string(),
  language: z.optional(z.nullable(z.string())),
  emailVerifiedAt: z.nullable(Timestamp),
  credentialsVersion: z.int(),
  lockedUntil: z.optional(Timestamp),
  credentialsChangedAt: z.optional(Timestamp),
  /** Changes of the address that can be undone still. */
  addressChanges: z.optional(z.array(z.object({ version: z.int(), email: z.string(), at: Timestamp }))),
});

export const exportAccount = operation({
  method: 'get',
  path: '/account/export',
  summary: 'All that is stored about the user, as a download',
  needs: 'session',
  answers: {
    200: {
      description: 'Everything, without secrets.',
      schema: z.looseObject({ exportedAt: Timestamp, user: ExportedUser }),
    },
  },
  problems: [shared.problems.reauthentication_needed],
});
