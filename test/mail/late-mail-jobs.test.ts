import { describe, expect, test } from 'vitest';
import type { MailJob } from '../../lib/mail/job.ts';
import { change, confirmed, invalidToken, undo, userOf, verify } from '../support/addresses.ts';
import { testClock } from '../support/clock.ts';
import type { Instance } from '../support/instance.ts';
import { testInstances } from '../support/instances.ts';
import { linkIn, mailsTo, tokenTo } from '../support/mail.ts';
import { mailQueue } from '../support/mail-queue.ts';
import {
  newAddress,
  otherPassword,
  type Person,
  person,
  signedUp,
  strongPassword,
} from '../support/person.ts';

const { start } = testInstances('late_mail_jobs');

const thirdPassword = 'eleven tin boats at anchor';
const forgot = (instance: Instance, email: string, ip?: string) =>
  person({ instance, ...(ip && { ip }) }).auth.post('/auth/password/forgot', { email });
const reset = (instance: Instance, token: string, newPassword: string) =>
  person({ instance }).auth.post('/auth/password/reset', { token, newPassword });

/** An instance whose mail jobs wait, and somebody who has confirmed the address. */
async function slowMail() {
  const clock = testClock();
  const queue = mailQueue();
  const instance = start({ now: clock.now, handMail: queue.handMail });
  const ada = await signedUp({ instance });
  await queue.deliver(instance);
  await confirmed(instance, ada);
  /** As if a while had passed between two requests. */
  const pass = () => clock.pass(61);
  const deliver = (jobs?: readonly MailJob[]) => queue.deliver(instance, jobs);

  /** Changes the address all the way; the jobs that tell of it are kept. */
  async function changeTo(someone: Person, newEmail: string, password = strongPassword): Promise<MailJob[]> {
    pass();
    expect((await change(someone, newEmail, password)).status).toBe(202);
    await deliver(queue.take('change_email'));
    const token = await tokenTo(instance, newEmail, '/verify-email');
    expect((await verify(person({ instance }), token)).status).toBe(204);
    return queue.take();
  }

  async function resetBy(email: string, newPassword: string): Promise<void> {
    pass();
    await forgot(instance, email);
    await deliver(queue.take('forgot_password'));
    expect(
      (await reset(instance, await tokenTo(instance, email, '/reset-password'), newPassword)).status,
    ).toBe(204);
    pass();
  }

  return { instance, queue, ada, pass, deliver, changeTo, resetBy };
}

type SlowMail = Awaited<ReturnType<typeof slowMail>>;

describe('a late change_email sends nothing', () => {
  const since: Record<string, (world: SlowMail) => Promise<unknown>> = {
    'after a reset': ({ ada, resetBy }) => resetBy(ada.email, otherPassword),
    'after a change of password': ({ ada }) =>
      ada.account.post('/account/password', { currentPassword: strongPassword, newPassword: otherPassword }),
    'after a newer request': ({ ada }) => change(ada, newAddress('newer')),
    'after another change': ({ ada, changeTo }) => changeTo(ada, newAddress('another')),
    'after leaving': ({ ada }) => ada.account.delete('/account', { currentPassword: strongPassword }),
  };

  test.each(Object.entries(since))('%s', async (_what, happens) => {
    const world = await slowMail();
    const { instance, queue, ada, deliver } = world;
    const wanted = newAddress('wanted');
    expect((await change(ada, wanted)).status).toBe(202);
    const late = queue.take('change_email');
    expect(late).toHaveLength(1);

    await happens(world);
    await deliver(late);

    expect(await mailsTo(instance, wanted)).toEqual([]);
  });

  test('after an undo', async () => {
    const { instance, queue, ada, deliver, changeTo } = await slowMail();
    const [thief, next] = [newAddress('thief'), newAddress('next')];
    await deliver(await changeTo(ada, thief));
    await change(ada, next);
    const late = queue.take('change_email');

    expect((await undo(person({ instance }), await tokenTo(instance, ada.email, '/undo-email'))).status).toBe(
      204,
    );
    await deliver(late);

    expect(await mailsTo(instance, next)).toEqual([]);
  });

  test('and nothing to the owner of a taken address either', async () => {
    const { instance, queue, ada, deliver, resetBy } = await slowMail();
    const taken = await signedUp({ instance });
    await queue.deliver(instance);
    const before = (await mailsTo(instance, taken.email)).length;
    await change(ada, taken.email);
    const late = queue.take('change_email');

    await resetBy(ada.email, otherPassword);
    await deliver(late);

    expect(await mailsTo(instance, taken.email)).toHaveLength(before);
  });
});

describe('a late email_changed gives no way back', () => {
  const undoLinks = async (instance: Instance, address: string) =>
    (await mailsTo(instance, address)).map(linkIn).filter(({ pathname }) => pathname === '/undo-email');

  test('after a reset by the new address, which is told to have been confirmed', async () => {
    const { instance, ada, deliver, changeTo, resetBy } = await slowMail();
    const victim = newAddress('victim');
    const late = await changeTo(ada, victim);

    await resetBy(victim, otherPassword);
    await deliver(late);

    expect(await undoLinks(instance, ada.email)).toEqual([]);
    expect((await mailsTo(instance, ada.email))[0]?.subject).toMatch(/has left an account/);
    expect((await mailsTo(instance, victim))[0]?.subject).toMatch(/is now your e-mail address/);
  });

  test('after an undo, and says nothing then', async () => {
    const { instance, ada, deliver, changeTo } = await slowMail();
    const late = await changeTo(ada, newAddress('thief'));
    await deliver(late);
    await undo(person({ instance }), await tokenTo(instance, ada.email, '/undo-email'));
    const before = await mailsTo(instance, ada.email);

    await deliver(late.map((job) => ({ ...job, id: `${job.id} again` })));

    expect(await mailsTo(instance, ada.email)).toHaveLength(before.length);
  });

  test.each([
    ['in their order', (jobs: MailJob[]) => jobs],
    ['in the other order', (jobs: MailJob[]) => jobs.toReversed()],
  ])('to a thief who changed twice: two of them %s', async (_order, order) => {
    const { instance, ada, deliver, changeTo } = await slowMail();
    const [one, two] = [newAddress('thief.one'), newAddress('thief.two')];
    const jobs = [await changeTo(ada, one), await changeTo(ada, two)];
    await deliver(order(jobs.flat()));
    const owners = await tokenTo(instance, ada.email, '/undo-email');
    const thiefs = await tokenTo(instance, one, '/undo-email');

    expect((await undo(person({ instance }), owners)).status).toBe(204);

    expect((await undo(person({ instance }), thiefs, thirdPassword)).json()).toMatchObject(invalidToken);
    expect((await ada.elsewhere().signIn(otherPassword)).json().user.email).toBe(ada.email);
  });

  test('to the thief alone: what the thief undoes leaves the first owner’s way back', async () => {
    const { instance, ada, deliver, changeTo } = await slowMail();
    const [one, two] = [newAddress('thief.one'), newAddress('thief.two')];
    await deliver(await changeTo(ada, one));
    await deliver(await changeTo(ada, two));
    const owners = await tokenTo(instance, ada.email, '/undo-email');

    const thiefs = await tokenTo(instance, one, '/undo-email');
    expect((await undo(person({ instance }), thiefs, thirdPassword)).status).toBe(204);
    expect((await undo(person({ instance }), owners)).status).toBe(204);

    expect((await ada.elsewhere().signIn(otherPassword)).json().user.email).toBe(ada.email);
    expect((await ada.elsewhere({ email: one }).signIn(thirdPassword)).status).toBe(401);
  });
});

test('a late forgot_password sends nothing once the password has been reset', async () => {
  const { instance, queue, ada, deliver, resetBy } = await slowMail();
  await forgot(instance, ada.email, '192.0.2.50');
  const late = queue.take('forgot_password');

  await resetBy(ada.email, otherPassword);
  const before = await mailsTo(instance, ada.email);
  await deliver(late);

  expect(await mailsTo(instance, ada.email)).toHaveLength(before.length);
  // One that is asked for after it does.
  await resetBy(ada.email, thirdPassword);
  expect((await ada.elsewhere().signIn(thirdPassword)).status).toBe(200);
});

test('a late verify_email or resend sends nothing to an address that the account had', async () => {
  const queue = mailQueue();
  const clock = testClock();
  const instance = start({ now: clock.now, handMail: queue.handMail });
  const ada = await signedUp({ instance });
  await ada.auth.post('/auth/email/resend');
  const late = queue.take('verify_email');
  expect(late).toHaveLength(2);
  const newEmail = newAddress('next');
  await change(ada, newEmail);
  await queue.deliver(instance);
  await verify(ada, await tokenTo(instance, newEmail, '/verify-email'));
  queue.take();

  await queue.deliver(instance, late);

  expect(await mailsTo(instance, ada.email)).toEqual([]);
});

test('warnings go where the mail of the account went then, whatever address it has now', async () => {
  const { instance, queue, ada, deliver, changeTo } = await slowMail();
  await ada.account.post('/account/password', {
    currentPassword: strongPassword,
    newPassword: otherPassword,
  });
  const warning = queue.take('password_changed');

  const told = await changeTo(ada, newAddress('thief'), otherPassword);
  await deliver([...warning, ...told]);

  const subjects = (await mailsTo(instance, ada.email)).map(({ subject }) => subject);
  expect(subjects.slice(0, 2)).toEqual([
    'Your e-mail address at localhost:3000 has been changed',
    'Your password at localhost:3000 has been changed',
  ]);
});

test('jobs that are repeated, also by another instance and after what they offered was used, send nothing more', async () => {
  const { instance, queue, ada, pass } = await slowMail();
  const other = start({ now: () => new Date(Date.now() + 120_000) });
  const newEmail = newAddress('next');
  const repeats = async (jobs: MailJob[]) => {
    for (const each of [instance, other, instance]) await queue.deliver(each, jobs);
  };
  await change(ada, newEmail);
  const asked = queue.take('change_email');
  await repeats(asked);
  expect(await mailsTo(instance, newEmail)).toHaveLength(1);
  await verify(ada, await tokenTo(instance, newEmail, '/verify-email'));
  const told = queue.take();
  await repeats([...told, ...asked]);
  pass();
  await forgot(instance, newEmail);
  await repeats(queue.take('forgot_password'));

  const subjects = (await mailsTo(instance, newEmail)).map(({ subject }) => subject);
  expect(new Set(subjects).size).toBe(subjects.length);
  expect((await userOf(ada)).email).toBe(newEmail);
});
