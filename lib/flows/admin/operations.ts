import * as z from 'zod/mini';
import { lifetimeOf } from '../../tokens/token-kind.ts';
import { userProblems } from '../../users/user-problems.ts';
import { operation } from '../../web/operation.ts';
import { eventKinds } from '../events.ts';
import { UserEvent } from '../shared/activity-fields.ts';
import { Factors } from '../shared/factors-view.ts';
import { Email, Id, Name, Timestamp, User } from '../shared/fields.ts';
import { shared } from '../shared/manifest.ts';
import { EventCursor, PageLimit } from '../shared/paging-fields.ts';
import { invitation } from '../shared/token-kinds.ts';
import { Role, Roles, Searched, UserCursor } from './fields.ts';

const { reauthentication_needed } = shared.problems;
const { email_taken, last_admin } = userProblems;

const FoundUser = z
  .object({ ...User.shape, disabled: z.boolean() })
  .check(z.meta({ id: 'FoundUser', description: 'A user as administrators find it.' }));

const UserSession = z
  .object({
    id: z.string(),
    createdAt: Timestamp,
    lastSeenAt: Timestamp,
    expiresAt: Timestamp,
    ip: z.nullable(z.string()),
    userAgent: z.nullable(z.string()),
  })
  .check(z.meta({ id: 'UserSession', description: 'The `id` is no credential.' }));

const UserDetails = z
  .object({
    ...FoundUser.shape,
    locked: z.boolean(),
    sessions: z.array(UserSession),
    factors: Factors,
    lastSignInAt: z.nullable(Timestamp),
  })
  .check(
    z.meta({
      id: 'UserDetails',
      description:
        'With `locked` guesses have locked the sign-in, or its second factor. `lastSignInAt` is of the activity that is kept, or null.',
    }),
  );

const FoundUserAnswer = z.object({ user: FoundUser });
const OneUser = z.object({ id: Id });

export const listUsers = operation({
  method: 'get',
  path: '/admin/users',
  summary: 'Find users',
  description:
    'Those whose address begins so come first, then those whose name does. A page may have fewer than `limit`; the last one alone has no `next`.',
  needs: 'admin',
  query: z.object({
    query: z.optional(Searched),
    role: z.optional(Role),
    disabled: z.optional(z.enum(['true', 'false'], { error: 'must be true or false' })),
    after: z.optional(UserCursor),
    limit: PageLimit,
  }),
  answers: {
    200: {
      description: 'A page of users; `next` is the `after` of the next page, or null.',
      schema: z.object({ users: z.array(FoundUser), next: z.nullable(z.string()) }),
    },
  },
});

export const inviteUser = operation({
  method: 'post',
  path: '/admin/users',
  summary: 'Invite somebody',
  description: `Makes the account, and mails a link that lives ${lifetimeOf(invitation)}. It sets the password and confirms the address.`,
  needs: 'admin',
  body: z.strictObject({
    email: Email,
    name: z.optional(z.nullable(Name)),
    roles: z.optional(Roles),
  }),
  answers: { 201: { description: 'Made.', schema: FoundUserAnswer } },
  problems: [reauthentication_needed, email_taken],
});

export const getUser = operation({
  method: 'get',
  path: '/admin/users/{id}',
  summary: 'One user, with sessions and factors',
  needs: 'admin',
  params: OneUser,
  answers: { 200: { description: 'The user.', schema: z.object({ user: UserDetails }) } },
});

export const changeUser = operation({
  method: 'patch',
  path: '/admin/users/{id}',
  summary: 'Change a user, or keep one out',
  description:
    'Disabling ends every session at once. The user is told of each change by mail. With `emailVerified` false the next confirmation of the address takes away the second factors and providers that are there.',
  needs: 'admin',
  params: OneUser,
  body: z.strictObject({
    name: z.optional(z.nullable(Name)),
    roles: z.optional(Roles),
    disabled: z.optional(z.boolean()),
    emailVerified: z.optional(z.boolean()),
  }),
  answers: { 200: { description: 'The user as it is now.', schema: FoundUserAnswer } },
  problems: [reauthentication_needed, last_admin],
});

export const deleteUser = operation({
  method: 'delete',
  path: '/admin/users/{id}',
  summary: 'Delete a user',
  needs: 'admin',
  params: OneUser,
  answers: { 204: { description: 'Nothing of the user is left.' } },
  problems: [reauthentication_needed, last_admin],
});

export const endUserSessions = operation({
  method: 'delete',
  path: '/admin/users/{id}/sessions',
  summary: 'End every session of a user',
  needs: 'admin',
  params: OneUser,
  answers: { 204: { description: 'They are over.' } },
  problems: [reauthentication_needed],
});

export const removeUserFactors = operation({
  method: 'delete',
  path: '/admin/users/{id}/factors',
  summary: 'Remove the second factors of a user',
  description:
    'App, passkeys and recovery codes, whether or not another way in stays: a mailed link sets a password. Providers stay.',
  needs: 'admin',
  params: OneUser,
  answers: { 204: { description: 'Removed; every session has ended.' } },
  problems: [reauthentication_needed],
});

export const unlockUser = operation({
  method: 'delete',
  path: '/admin/users/{id}/lock',
  summary: 'Open a sign-in that guesses have locked',
  description: 'Its second factor too, where wrong codes have locked it.',
  needs: 'admin',
  params: OneUser,
  answers: { 204: { description: 'Open.' } },
  problems: [reauthentication_needed],
});

export const sendPasswordReset = operation({
  method: 'post',
  path: '/admin/users/{id}/password-reset',
  summary: 'Mail a link to choose a new password',
  needs: 'admin',
  params: OneUser,
  answers: { 202: { description: 'The mail is on its way.' } },
  problems: [reauthentication_needed],
});

export const searchActivity = operation({
  method: 'get',
  path: '/admin/activity',
  summary: 'What happened on all accounts, newest first',
  needs: 'admin',
  query: z.object({
    user: z.optional(Id),
    type: z.optional(z.enum(eventKinds, { error: 'must be a kind of event' })),
    before: z.optional(EventCursor),
    limit: PageLimit,
  }),
  answers: {
    200: {
      description: 'A page of events; `next` is the `before` of the next page, or null.',
      schema: z.object({ events: z.array(UserEvent), next: z.nullable(z.string()) }),
    },
  },
});
