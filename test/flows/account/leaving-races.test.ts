import type { Document } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { resetPassword } from '../../../lib/flows/shared/token-kinds.ts';
import { changed, undo, verify } from '../../support/addresses.ts';
import { holding } from '../../support/holding-proxy.ts';
import { startInstance } from '../../support/instance.ts';
import { testInstances } from '../../support/instances.ts';
import { tokenTo } from '../../support/mail.ts';
import { pauseAt } from '../../support/pausing.ts';
import {
  newAddress,
  otherPassword,
  type Person,
  person,
  signedUp,
  strongPassword,
} from '../../support/person.ts';
import { type Traced, tracesOf } from '../../support/traces.ts';

const { database, start } = testInstances('leaving races');

/** A sign-in that meets the deletion may be told to try again. */
const mayFail = { expect5xx: true } as const;

const idOf = async ({ auth }: Person): Promise<string> => (await auth.get('/auth/session')).json().user.id;

/** What somebody may do just as they leave: in the browser in which they are signed in, or in another. */
const doings: Record<string, (browser: Person, another: Person, newEmail: string) => Promise<unknown>> = {
  'a wrong password': (_, { auth, email }) =>
    auth.post('/auth/sign-in', { email, password: 'a guess that is wrong' }, mayFail),
  'a sign-in': (_, { auth, email, password }) => auth.post('/auth/sign-in', { email, password }, mayFail),
  'a new name': ({ account }) => account.patch('/account', { name: 'Ada' }, mayFail),
  'a forgotten password': (_, { auth, email }) => auth.post('/auth/password/forgot', { email }, mayFail),
  'a mail once more': ({ auth }) => auth.post('/auth/email/resend', undefined, mayFail),
  'a change of address': ({ account, password }, _, newEmail) =>
    account.post('/account/email', { currentPassword: password, newEmail }, mayFail),
  'a change of password': ({ account }) =>
    account.post('/account/password', { currentPassword: 'wrong', newPassword: otherPassword }, mayFail),
  'an end of other sessions': ({ sessions }) => sessions.delete('/sessions', undefined, mayFail),
};

test('whatever requests were under way, nothing of the user is left once they have ended', async () => {
  const instances = [start(), start()];
  const gone: Traced[] = [];
  for (let round = 0; round < 60; round += 1) {
    const ip = `198.51.100.${round}`;
    const ada = await signedUp({ instance: instances[round % 2]!, ip });
    const id = await idOf(ada);
    const newEmail = newAddress('next');
    const some = Object.values(doings).slice(0, 6 + (round % 3));
    const doOthers = (from: number, to?: number) =>
      some.slice(from, to).map((act, nth) => {
        const instance = instances[nth % 2]!;
        return act(ada.elsewhere({ instance, cookies: ada.cookies }), ada.elsewhere({ instance }), newEmail);
      });

    const earlier = doOthers(0, round % 4);
    const leaving = ada.account.delete('/account', { currentPassword: strongPassword });
    await Promise.all([...earlier, leaving, ...doOthers(round % 4)]);

    expect([round, (await leaving).status]).toEqual([round, 204]);
    gone.push({ id, emails: [ada.email, newEmail], ips: [ip] });
  }

  expect(await tracesOf(database.db(), ...gone)).toEqual([]);
}, 240_000);

/** More than any of these requests sends. */
const mostCommands = 40;

test.each(Object.entries(doings))(
  'the same, wherever a request was when its user was deleted: %s',
  async (_name, act) => {
    const gone: Traced[] = [];
    let isPaused = true;
    for (let commands = 0; isPaused && commands < mostCommands; commands += 1) {
      const ip = `198.51.100.${commands}`;
      const slow = start();
      const ada = await signedUp({ instance: slow, ip });
      const newEmail = newAddress('next');
      gone.push({ id: await idOf(ada), emails: [ada.email, newEmail], ips: [ip] });
      const elsewhere = ada.elsewhere({ instance: start(), cookies: ada.cookies });

      const gate = pauseAt(slow, commands);
      const acting = act(ada, ada.elsewhere(), newEmail);
      isPaused = await Promise.race([gate.arrived(1).then(() => true), acting.then(() => false)]);
      const left = await elsewhere.account.delete('/account', { currentPassword: strongPassword });
      expect([commands, left.status]).toEqual([commands, 204]);
      gate.open();
      await acting;
    }

    expect(isPaused).toBe(false);
    expect(await tracesOf(database.db(), ...gone)).toEqual([]);
  },
  240_000,
);

test('a mail that fails leaves no link of a user who left meanwhile', async () => {
  const instance = start();
  const ada = await signedUp({ instance });
  const id = await idOf(ada);
  const leavesAtMail = start({
    mailer: {
      send: async () => {
        await ada.account.delete('/account', { currentPassword: strongPassword });
        // As one whose job took longer than the deletion.
        await instance.services.tokens.issue(resetPassword, id, { email: ada.email });
        throw new Error('the mail service is away');
      },
    },
  });

  await person({ instance: leavesAtMail }).auth.post('/auth/password/forgot', { email: ada.email });

  expect(await tracesOf(database.db(), { id, emails: [ada.email] })).toEqual([]);
});

describe('undoing a change of address deletes who else has the address, unless they have confirmed it', () => {
  /** Ada's address was changed and has been taken by another since; the undo runs behind a network that may hold. */
  async function scene(cleanUp: (end: () => Promise<void>) => void) {
    const instance = start();
    const ada = await signedUp({ instance });
    await verify(ada, await tokenTo(instance, ada.email, '/verify-email'));
    await changed(instance, ada, newAddress('thief'));
    const undoToken = await tokenTo(instance, ada.email, '/undo-email');
    const owner = await signedUp({ instance, email: ada.email, password: otherPassword });
    const verifyToken = await tokenTo(instance, ada.email, '/verify-email');
    const behind = await holding(database);
    const undoing = startInstance({ database: behind.database });
    cleanUp(async () => {
      await undoing.end();
      await behind.close();
    });
    await undoing.services.users.exists('nobody');
    return { ada, behind, owner, undoing, undoToken, verifyToken };
  }

  const statementsOf = ({ updates = [], deletes = [] }: Document): Document[] => [...updates, ...deletes];
  const takesLock = (command: Document) =>
    command.update === 'users' && statementsOf(command).some(({ u }) => u.$set?.lockedBy);
  const confirms = (command: Document) => command.findAndModify === 'users';
  const removes = (command: Document) => command.delete === 'users';

  test('who confirms before the account is locked keeps it', async ({ onTestFinished, skip }) => {
    const { ada, behind, owner, undoing, undoToken, verifyToken } = await scene(onTestFinished);
    if (!behind.readable) return skip('the network cannot be seen into');
    const lock = behind.hold(takesLock);
    const undone = undo(person({ instance: undoing }), undoToken);
    await lock.arrived();

    expect((await verify(owner, verifyToken)).status).toBe(204);
    await lock.release();

    expect((await undone).status).toBe(400);
    expect(await owner.status()).toBe(200);
    expect((await owner.elsewhere().signIn()).json().user).toMatchObject({
      email: ada.email,
      emailVerified: true,
    });
  });

  test('who confirms after that waits, and is told that the link is worth nothing', async ({
    onTestFinished,
    skip,
  }) => {
    const { ada, behind, owner, undoing, undoToken, verifyToken } = await scene(onTestFinished);
    if (!behind.readable) return skip('the network cannot be seen into');
    const confirmation = behind.hold(confirms);
    const confirming = person({ instance: undoing }).auth;
    const verified = confirming.post('/auth/email/verify', { token: verifyToken }, mayFail);
    await confirmation.arrived();
    const removal = behind.hold(removes);
    const undone = undo(person({ instance: undoing }), undoToken);
    await removal.arrived();

    await confirmation.release();
    expect(
      (await database.db().collection('users').findOne({ email: ada.email }))?.emailVerifiedAt,
    ).toBeNull();
    await removal.release();

    // 503 where this machine took longer than somebody is let wait; never a confirmation of what is gone.
    expect([400, 503]).toContain((await verified).status);
    expect((await undone).status).toBe(204);
    expect(await owner.status()).toBe(401);
    expect((await ada.elsewhere().signIn(otherPassword)).json().user.email).toBe(ada.email);
  });
});
