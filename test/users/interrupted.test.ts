import { describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import { type Death, dieAt } from '../support/dying.ts';
import { testInstances } from '../support/instances.ts';
import { tokenTo } from '../support/mail.ts';
import {
  newAddress,
  otherPassword,
  type Person,
  person,
  signedUp,
  strongPassword,
} from '../support/person.ts';
import { quickPasswords } from '../support/quick-passwords.ts';

const { database, start } = testInstances('interrupted');

const deaths: Death[] = ['before', 'after'];
/** More than any of these requests sends. */
const mostCommands = 40;
/** Longer than a lock or a claim that nobody opens. */
const afterLocks = 20;

/**
 * Runs a request again and again, each time with an account of its own and an instance that dies one command later,
 * until it lives to the end. After each, `check` looks at what another instance finds.
 */
async function dyingEverywhere(
  death: Death,
  {
    arrange,
    request,
    check,
  }: {
    arrange?: (someone: Person) => Promise<unknown>;
    request: (someone: Person, arranged: unknown) => Promise<{ status: number }>;
    check: (
      someone: Person,
      phone: Person,
      answered: number,
      clock: ReturnType<typeof testClock>,
    ) => Promise<void>;
  },
): Promise<number> {
  for (let commands = 0; commands < mostCommands; commands += 1) {
    const clock = testClock();
    const [doomed, other] = [
      start({ now: clock.now, passwords: quickPasswords }),
      start({ now: clock.now, passwords: quickPasswords }),
    ];
    const someone = await signedUp({ instance: doomed });
    const phone = someone.elsewhere({ instance: other });
    await phone.signIn();
    const arranged = await arrange?.(someone);
    const { dead } = dieAt(doomed, commands, death);
    const { status } = await request(someone, arranged);
    await check(someone, phone, status, clock);
    if (!dead()) return commands;
  }
  throw new Error(`it needed ${mostCommands} commands and more`);
}

const expect5xx = { expect5xx: true };

/** The one of two passwords that lets in now; both, or none, would be a fault. */
async function passwordOf(phone: Person, passwords: string[]): Promise<string | undefined> {
  const statuses: number[] = [];
  for (const password of passwords) statuses.push((await phone.elsewhere().signIn(password)).status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  return passwords[statuses.indexOf(200)];
}

describe.each(deaths)('an instance that dies %s a command', (death) => {
  test('changing the password: the old one and its sessions hold, or the new one does and no old session', async () => {
    const seen = new Set<string>();

    const commands = await dyingEverywhere(death, {
      request: ({ account }) =>
        account.post(
          '/account/password',
          { currentPassword: strongPassword, newPassword: otherPassword },
          expect5xx,
        ),
      check: async (desk, phone, answered, clock) => {
        const onPhone = await phone.status();
        const onDesk = await desk
          .elsewhere({
            instance: start({ now: clock.now, passwords: quickPasswords }),
            cookies: desk.cookies,
          })
          .status();
        clock.pass(afterLocks);
        const password = await passwordOf(phone, [strongPassword, otherPassword]);
        seen.add(`${password === otherPassword ? 'new' : 'old'} ${onPhone}`);

        // Nobody is in by what the change was to end.
        if (password === otherPassword) expect(onPhone).toBe(401);
        if (answered === 204) expect([password, onDesk]).toEqual([otherPassword, 200]);
        else expect(answered).toBe(503);
      },
    });

    expect(commands).toBeGreaterThan(8);
    expect([...seen].sort()).toEqual(['new 401', 'old 200', 'old 401']);
  }, 240_000);

  test('resetting it: the same, and the link works until it has', async () => {
    await dyingEverywhere(death, {
      arrange: async ({ email }) => {
        const other = start();
        await person({ instance: other }).auth.post('/auth/password/forgot', { email });
        return tokenTo(other, email, '/reset-password');
      },
      request: ({ auth }, token) =>
        auth.post('/auth/password/reset', { token, newPassword: otherPassword }, expect5xx),
      check: async (_desk, phone, answered, clock) => {
        const onPhone = await phone.status();
        const token = await tokenOfLastReset(phone);
        clock.pass(afterLocks);
        const password = await passwordOf(phone, [strongPassword, otherPassword]);

        if (password === otherPassword) expect(onPhone).toBe(401);
        if (answered === 204) expect(password).toBe(otherPassword);
        const again = await phone.elsewhere().auth.post('/auth/password/reset', {
          token,
          newPassword: 'seven grey kettles singing',
        });
        expect(again.status).toBe(password === otherPassword ? 400 : 204);
      },
    });
  }, 240_000);

  test('leaving: the account is there and can be left, or nothing of it is', async () => {
    await dyingEverywhere(death, {
      request: ({ account }) => account.delete('/account', { currentPassword: strongPassword }, expect5xx),
      check: async (_desk, phone, answered, clock) => {
        const { email } = phone;
        clock.pass(afterLocks);
        const again = phone.elsewhere();
        const { status } = await again.signIn();
        if (status === 200)
          expect((await again.account.delete('/account', { currentPassword: strongPassword })).status).toBe(
            204,
          );
        else expect(status).toBe(401);
        if (answered === 204) expect(status).toBe(401);

        expect(await phone.status()).toBe(401);
        const users = await database.db().collection('users').countDocuments({ email });
        expect(users).toBe(0);
      },
    });
  }, 240_000);

  test('undoing a change of address: the link works until it has, and then no session is left', async () => {
    await dyingEverywhere(death, {
      arrange: async ({ account, email }) => {
        const instance = start();
        const verification = await tokenTo(instance, email, '/verify-email');
        await person({ instance }).auth.post('/auth/email/verify', { token: verification });
        const thief = newAddress('thief');
        await account.post('/account/email', { currentPassword: strongPassword, newEmail: thief });
        const token = await tokenTo(instance, thief, '/verify-email');
        await person({ instance }).auth.post('/auth/email/verify', { token });
        return tokenTo(instance, email, '/undo-email');
      },
      request: ({ auth }, token) =>
        auth.post('/auth/email/undo', { token, newPassword: otherPassword }, expect5xx),
      check: async (_desk, phone, answered, clock) => {
        const onPhone = await phone.status();
        clock.pass(afterLocks);
        const isBack = (await phone.elsewhere().signIn(otherPassword)).status === 200;
        // Address and password change together.
        expect((await phone.elsewhere().signIn()).status).toBe(401);

        if (isBack) expect(onPhone).toBe(401);
        if (answered === 204) expect(isBack).toBe(true);
      },
    });
  }, 240_000);
});

/** The token of the newest reset mail to somebody. */
async function tokenOfLastReset(someone: Person): Promise<string> {
  return tokenTo(start(), someone.email, '/reset-password');
}

test('while a change that died holds its lock, nobody signs in; it is over after 15 seconds', async () => {
  const clock = testClock();
  const instance = start({ now: clock.now, passwords: quickPasswords });
  const ada = await signedUp({ instance });
  const { id } = (await ada.auth.get('/auth/session')).json().user;
  const users = database.db().collection<{ _id: string }>('users');
  const lockedUntil = new Date(clock.now().getTime() + 15_000);
  await users.updateOne({ _id: id }, { $set: { lockedUntil, lockedBy: 'a change that died' } });

  const refused = await ada
    .elsewhere()
    .auth.post('/auth/sign-in', { email: ada.email, password: strongPassword }, expect5xx);
  expect(refused.json()).toMatchObject({ status: 503, code: 'unavailable' });
  expect(refused.headers.get('retry-after')).toBe('15');
  expect(refused.cookies).toEqual([]);
  const sessions = database.db().collection('sessions');
  expect(await sessions.countDocuments({ userId: id })).toBe(1);

  clock.pass(15);
  expect((await ada.elsewhere().signIn()).status).toBe(200);
});
