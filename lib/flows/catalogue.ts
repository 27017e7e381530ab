import type { Operation } from '../web/operation.ts';
import * as account from './account/operations.ts';
import * as docs from './docs/operations.ts';
import * as email from './email-address/operations.ts';
import * as example from './example/operations.ts';
import * as health from './health/operations.ts';
import * as outbox from './outbox/operations.ts';
import * as pages from './page-operations.ts';
import * as passwordReset from './password-reset/operations.ts';
import * as sessions from './sessions/operations.ts';
import * as auth from './sign-in/operations.ts';

/** Operations that belong together, by their `operationId`. */
export interface Subject {
  tag: string;
  description: string;
  operations: ReadonlyMap<string, Operation>;
}

/** Every operation of the product, in the order in which the API description tells of them. */
export const catalogue: readonly Subject[] = [
  subject('Signing in', 'Sign up, in and out, and know who is calling.', auth),
  subject('Passwords', 'A forgotten password.', passwordReset),
  subject('E-mail addresses', 'Confirm an address, ask for the mail again, undo a change.', email),
  subject('Account', 'The account of who is signed in.', account),
  subject('Sessions', 'The sessions of who is signed in, on all devices.', sessions),
  subject('Authorizer', 'What a function of your own behind the authorizer looks like.', example),
  subject('Health', 'Whether the functions run and reach their database.', health),
  subject('Development', 'What only a development stage answers.', outbox),
  subject('Description', 'This description.', docs),
  subject('Pages', 'For people with a browser; what their forms send is what the JSON routes take.', pages),
];

/** @param modules what they export and is no operation is passed over. */
function subject(tag: string, description: string, ...modules: Record<string, unknown>[]): Subject {
  const exported = modules.flatMap((module) => Object.entries(module));
  return { tag, description, operations: new Map(exported.filter(isOperation)) };
}

function isOperation(entry: [name: string, value: unknown]): entry is [string, Operation] {
  const [, value] = entry;
  return typeof value === 'object' && value !== null && 'method' in value && 'answers' in value;
}
