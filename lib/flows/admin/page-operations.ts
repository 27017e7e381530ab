import * as z from 'zod/mini';
import { userProblems } from '../../users/user-problems.ts';
import { operation } from '../../web/operation.ts';
import { Email, Id, Name } from '../shared/fields.ts';
import { shown } from '../shared/page-operation.ts';
import { EventCursor } from '../shared/paging-fields.ts';
import { Role, RolesText, Searched, UserCursor } from './fields.ts';
import { searchActivity } from './operations.ts';

const { email_taken, last_admin } = userProblems;

/** A form that asks by its address sends its empty fields too. */
const orEmpty = <S extends z.ZodMiniType>(schema: S) => z.optional(z.union([z.literal(''), schema]));

const OneUser = z.object({ id: Id });
const doneOrAnew = { 303: { description: 'Done; or to the page that asks anew who one is.' } };

export const usersPage = operation({
  method: 'get',
  path: '/admin',
  summary: 'The users that are looked for',
  page: true,
  needs: 'admin',
  query: z.object({
    query: z.optional(Searched),
    role: orEmpty(Role),
    disabled: orEmpty(z.literal('true')),
    after: z.optional(UserCursor),
  }),
  answers: shown,
});

export const invitationPage = operation({
  method: 'get',
  path: '/admin/invitation',
  summary: 'The form to invite somebody',
  page: true,
  needs: 'admin',
  answers: shown,
});

export const invitationForm = operation({
  method: 'post',
  path: '/admin/invitation',
  summary: 'Invite somebody',
  page: true,
  needs: 'admin',
  body: z.strictObject({ email: Email, name: z.optional(Name), roles: RolesText }),
  answers: doneOrAnew,
  problems: [email_taken],
});

export const userPage = operation({
  method: 'get',
  path: '/admin/people/{id}',
  summary: 'One user, with a form for each change',
  page: true,
  needs: 'admin',
  params: OneUser,
  answers: shown,
});

const form = <const Name extends string>(name: Name) => ({ form: z.literal(name) });

export const userForm = operation({
  method: 'post',
  path: '/admin/people/{id}',
  summary: 'Change one user',
  page: true,
  needs: 'admin',
  params: OneUser,
  body: z.discriminatedUnion('form', [
    z.strictObject({ ...form('name'), name: z.optional(Name) }),
    z.strictObject({ ...form('roles'), roles: RolesText }),
    z.strictObject(form('confirm')),
    z.strictObject(form('unconfirm')),
    z.strictObject(form('disable')),
    z.strictObject(form('enable')),
    z.strictObject(form('sessions')),
    z.strictObject(form('factors')),
    z.strictObject(form('lock')),
    z.strictObject(form('reset')),
    z.strictObject({ ...form('delete'), email: Email }),
  ]),
  answers: doneOrAnew,
  problems: [last_admin],
});

const { user, type } = (searchActivity.query as NonNullable<typeof searchActivity.query>).shape;

export const eventsPage = operation({
  method: 'get',
  path: '/admin/events',
  summary: 'What happened on all accounts',
  page: true,
  needs: 'admin',
  query: z.object({ user: orEmpty(user), type: orEmpty(type), before: z.optional(EventCursor) }),
  answers: shown,
});
