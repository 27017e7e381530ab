import type { Document } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { changed, undo, verify } from './support/addresses.ts';
import { holding } from './support/holding-proxy.ts';
import { startInstance } from './support/instance.ts';
import { testInstances } from './support/instances.ts';
import { tokenTo } from './support/mail.ts';
import {
  newAddress,
  otherPassword,
  type Person,
  person,
  signedUp,
  strongPassword,
} from './support/person.ts';
import { tracesOf } from './support/traces.ts';

const { database, start } = testInstances('leaving races');

/** A sign-in that meets the deletion may be told to try again. */
const mayFail = { expect5xx: true } as const;

/** What somebody may do just as they leave: in the browser in which they are signed in, or in another. */
const doings: ((browser: Person, another: Person, newEmail: string) => Promise<unknown>)[] = [
  (_, { auth, email }) => auth.post('/auth/sign-in', { email, password: 'a guess that is wrong' }, mayFail),
  (_, { auth, email, password }) => auth.post('/auth/sign-in', { email, password }, mayFail),
  ({ account }) => account.patch('/account', { name: 'Ada' }, mayFail),
  (_, { auth, email }) => auth.post('/auth/password/forgot', { email }, mayFail),
  ({ auth }) => auth.post('/auth/email/resend', undefined, mayFail),
  ({ account, password }, _, newEmail) =>
    account.post('/account/email', { currentPassword: password, newEmail }, mayFail),
  ({ account }) =>
    account.post('/account/password', { currentPassword: 'wrong', newPassword: otherPassword }, mayFail),
  ({ sessions }) => sessions.delete('/sessions', undefined, mayFail),
];

test('whatever requests were under way, nothing of the user is left once they have ended', async () => {
  const instances = [start(), start()];
  for (let round = 0; round < 60; round += 1) {
    const ip = `198.51.100.${round}`;
    const ada = await signedUp({ instance: instances[round % 2]!, ip });
    const { id } = (await ada.auth.get('/auth/session')).json().user;
    const newEmail = newAddress('next');
    const some = doings.slice(0, 6 + (round % 3));
    const doOthers = (from: number, to?: number) =>
      some.slice(from, to).map((act, nth) => {
        const instance = instances[nth % 2]!;
        return act(ada.elsewhere({ instance, cookies: ada.cookies }), ada.elsewhere({ instance }), newEmail);
      });

    const earlier = doOthers(0, round % 4);
    const leaving = ada.account.delete('/account', { currentPassword: strongPassword });
    await Promise.all([...earlier, leaving, ...doOthers(round % 4)]);

    expect([round, (await leaving).status]).toEqual([round, 204]);
    const traces = await tracesOf(database.db(), { id, emails: [ada.email, newEmail], ips: [ip] });
    expect([round, traces]).toEqual([round, []]);
  }
}, 240_000);

test('a mail that fails leaves no link of a user who left meanwhile', async () => {
  const instance = start();
  const ada = await signedUp({ instance });
  const { id } = (await ada.auth.get('/auth/session')).json().user;
  const leavesAtMail = start({
    mailer: {
      send: async () => {
        await ada.account.delete('/account', { currentPassword: strongPassword });
        // As one whose job took longer than the deletion.
        await instance.services.tokens.issue('reset_password', id, { email: ada.email });
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
    expect((await ada.elsewhere().signIn()).json().user.email).toBe(ada.email);
  });
});
