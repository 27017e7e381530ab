import { namesOf } from '../../users/factors.ts';
import { adminRole, mostRoles } from '../../users/roles.ts';
import type { User } from '../../users/user.ts';
import { UsageError } from '../command.ts';
import { importFile } from './import-file.ts';
import type { UsersCommand } from './read-users-command.ts';
import type { UsersServices } from './users-services.ts';

type Say = (line: string) => void;

/**
 * Does what a command asks for, and says in its last line what happened and what comes next.
 *
 * @throws {UsageError} where there is no such user, or lines of a file could not be taken; {Problem} as the services do.
 */
export async function runVerb(
  services: UsersServices,
  command: UsersCommand,
  say: Say = console.log,
): Promise<void> {
  const { access, store } = services;
  if (command.verb === 'import') return importFile(services, command, say);
  if (command.verb === 'end-all-sessions')
    return say(
      `users: ${await store.sessions.endAll()} sessions ended, of everyone. Everybody signs in again`,
    );
  const user = await existing(services, command.who);
  const { id, email } = user;
  const verbs = {
    show: () => show(services, user, say),
    grant: (role: string) => changeRoles(services, user, (now) => withRole(now, role), say),
    revoke: (role: string) => changeRoles(services, user, (now) => now.filter((each) => each !== role), say),
    disable: async () => {
      if (!(await access.disable(undefined, id))) throw nobody();
      say(`users: ${email} is kept out, and every session has ended. Undo: npm run users -- enable ${email}`);
    },
    enable: async () => {
      if (!(await access.enable(undefined, id))) throw nobody();
      say(`users: ${email} may sign in again`);
    },
    'end-sessions': async () => {
      const count = await access.endSessions(undefined, id);
      say(`users: ${count} sessions ended, of ${email}, who may sign in again`);
    },
  };
  return 'role' in command ? verbs[command.verb](command.role) : verbs[command.verb]();
}

async function existing({ access }: UsersServices, who: string): Promise<User> {
  const user = await access.find(who);
  if (!user) throw nobody();
  return user;
}

const nobody = () => new UsageError('users: there is no user of this id or e-mail address');

async function changeRoles(
  { access }: UsersServices,
  { id, email }: User,
  roles: (now: readonly string[]) => readonly string[],
  say: Say,
): Promise<void> {
  const user = await access.setRoles(undefined, id, roles);
  if (!user) throw nobody();
  const has = user.roles.length > 0 ? `the roles ${user.roles.join(', ')}` : 'no role';
  const next = user.roles.includes(adminRole) ? '. Next: sign in and open /admin' : '';
  // Anybody can sign up with an address that is not theirs, and wait for this.
  if (user.roles.length > 0 && !user.emailVerified)
    say(
      `  nobody has confirmed ${email}: make sure that the account is theirs, or have them reset its password`,
    );
  say(`users: ${email} has ${has}, from the next request on${next}`);
}

/** @throws {UsageError} where there are as many as one may have. */
function withRole(now: readonly string[], role: string): readonly string[] {
  if (!now.includes(role) && now.length >= mostRoles)
    throw new UsageError(
      `users: nothing was changed: a user has at most ${mostRoles} roles. Next: npm run users -- revoke WHO ROLE`,
    );
  return [...now, role];
}

async function show({ store }: UsersServices, user: User, say: Say): Promise<void> {
  const found = await store.users.find(user.id);
  if (!found) throw nobody();
  const { credentials, disabledAt, emailVerifiedAt } = found;
  const sessions = await store.sessions.listOf(user.id, 1000);
  const factors = credentials.factors ? namesOf(credentials.factors) : [];
  const providers = (credentials.factors?.identities ?? []).map(({ provider }) => provider);
  const facts = {
    id: user.id,
    email: user.email,
    confirmed: emailVerifiedAt?.toISOString() ?? 'no',
    name: user.name ?? 'none',
    'signed up': user.createdAt.toISOString(),
    roles: user.roles.join(', ') || 'none',
    disabled: disabledAt?.toISOString() ?? 'no',
    password: credentials.password === undefined ? 'no' : 'yes',
    'second factors': factors.join(', ') || 'none',
    providers: providers.join(', ') || 'none',
    sessions: String(sessions.filter(({ expires }) => expires > new Date()).length),
  };
  for (const [fact, value] of Object.entries(facts)) say(`  ${fact}: ${value}`);
  say(`users: that is what is kept of ${user.email}. Next: grant, revoke, disable, enable or end-sessions`);
}
