import { describe, expect, test } from 'vitest';
import { change, changed, confirmed, userOf, verify } from '../../support/addresses.ts';
import { testClock } from '../../support/clock.ts';
import { watchCommands } from '../../support/commands.ts';
import { eventSources, type TestAnswer } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { mailsTo, tokenTo } from '../../support/mail.ts';
import { withoutAws } from '../../support/no-aws.ts';
import { newAddress, type Person, person, signedUp, strongPassword } from '../../support/person.ts';

const { start } = testInstances('change_tells_nothing');

const shapeOf = ({ status, body, cookies, headers }: TestAnswer) => {
  const names: string[] = [];
  headers.forEach((_value, name) => void names.push(name));
  return { status, body, cookies, names };
};

/** All that somebody can see of themselves, but for ids and what they typed. */
async function seenBy(someone: Person, typed: string): Promise<string> {
  const answers = [
    await someone.account.get('/account/export'),
    await someone.account.get('/account/activity'),
    await someone.account.get('/account'),
    await someone.sessions.get('/sessions'),
  ];
  const { id } = await userOf(someone);
  const { sessions } = answers[3]!.json();
  const ids = [id, ...sessions.map((each: { id: string }) => each.id), someone.email, typed];
  const text = answers.map(({ body }) => body).join('\n');
  return ids
    .reduce((seen, each, at) => seen.replaceAll(each, `<${at}>`), text)
    .replace(/"(?:id|_id)":\s*"[0-9a-f]{24}"/g, '"id": "event"');
}

describe.each(eventSources)('over $name', (source) => {
  test('who asks for a change sees the same, whosever the address is', async () => {
    // Times are the same for all.
    const clock = testClock();
    const instance = start({ now: clock.now });
    const taken = await signedUp({ instance });
    await confirmed(instance, taken);
    const unconfirmed = await signedUp({ instance });
    const seen: unknown[] = [];
    const wanted = [
      () => newAddress('someone'),
      () => taken.email,
      () => taken.email.toUpperCase(),
      () => unconfirmed.email,
    ];
    for (const choose of wanted) {
      const asker = await signedUp({ instance, source });
      const newEmail = choose();
      const first = await change(asker, newEmail);
      // Again, where it is pending already.
      const second = await change(asker, newEmail);
      seen.push({ first: shapeOf(first), second: shapeOf(second), own: await seenBy(asker, newEmail) });
    }

    expect(seen[0]).toMatchObject({ first: { status: 202, body: '' }, second: { status: 202 } });
    for (const each of seen) expect(each).toEqual(seen[0]);
  });
});

test('the export lists what was asked, for free and taken alike', async () => {
  const instance = start();
  const [ada, taken] = [await signedUp({ instance }), await signedUp({ instance })];

  for (const newEmail of [newAddress(), taken.email]) {
    await change(ada, newEmail);
    const { pendingLinks, mails } = (await ada.account.get('/account/export')).json();
    const asked = pendingLinks.filter(({ purpose }: { purpose: string }) => purpose === 'change_email');
    expect(asked).toMatchObject([{ data: { email: newEmail } }]);
    expect(new Date(asked[0].expiresAt).getTime() - new Date(asked[0].createdAt).getTime()).toBe(
      24 * 3600_000,
    );
    expect(mails.map(({ to }: { to: string }) => to)).toEqual([ada.email]);
  }
});

test('in a deployed stage the request sends the database the same commands, and hands over the same job', async () => {
  withoutAws();
  const instance = start({
    environment: { STAGE: 'prod', PUBLIC_URL: 'https://example.com', MAIL_FROM: 'no-reply@example.com' },
    mongoOptions: { monitorCommands: true },
  });
  const [asker, taken] = [await signedUp({ instance }), await signedUp({ instance })];
  const commands = watchCommands(instance);
  const sent: string[][] = [];
  for (const newEmail of [newAddress(), taken.email, taken.email, newAddress()]) {
    commands.clear();
    expect((await change(asker, newEmail)).status).toBe(202);
    sent.push(commands.names());
  }

  for (const each of sent) expect(each).toEqual(sent[0]);
  // The asker's own credentials, and twice whether the asker is there still.
  expect(sent[0]?.filter((name) => name === 'users.find')).toHaveLength(3);
}, 60_000);

describe('the address that one has', () => {
  test('is no change: 409, to who knows the password', async () => {
    const instance = start();
    const ada = await signedUp({ instance });

    expect((await change(ada, ada.email, 'not the password at all')).json()).toMatchObject({
      status: 403,
      code: 'wrong_password',
    });
    expect((await change(ada, ada.email)).json()).toMatchObject({
      status: 409,
      code: 'same_email',
      errors: [{ path: 'newEmail', message: 'is the one that you have' }],
    });

    const { events } = (await ada.account.get('/account/activity')).json();
    expect(events.map(({ type }: { type: string }) => type)).not.toContain('email_change_requested');
    expect(await mailsTo(instance, ada.email)).toHaveLength(1);
  });

  test('leaves a change that is pending as it is', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    const wanted = newAddress('wanted');
    await change(ada, wanted);

    await change(ada, ada.email);

    const { pendingLinks } = (await ada.account.get('/account/export')).json();
    expect(JSON.stringify(pendingLinks)).toContain(wanted);
  });
});

describe('mails to one address', () => {
  const guest = (n: number) => ({ ip: `192.0.2.${n}` });

  test('are ten an hour, whatever asks for them, over instances and accounts, while nobody has confirmed it', async () => {
    const [here, there] = [start(), start()];
    const stranger = newAddress('stranger');
    for (let n = 0; n < 4; n += 1) {
      const asker = await signedUp({ instance: n % 2 ? here : there });
      for (let time = 0; time < 2; time += 1) await change(asker, stranger);
    }
    expect(await mailsTo(here, stranger)).toHaveLength(8);
    for (let n = 0; n < 4; n += 1) {
      const passerBy = await signedUp({ instance: here, email: stranger, ...guest(n) });
      await passerBy.auth.post('/auth/email/resend');
      await person({ instance: here, ...guest(n) }).auth.post('/auth/password/forgot', { email: stranger });
      await passerBy.account.delete('/account', { currentPassword: strongPassword });
    }

    const { messages } = (await person({ instance: here }).auth.get(`/dev/outbox?to=${stranger}`)).json();
    expect(messages.length).toBeLessThanOrEqual(10);
  });

  test('over it leave the link that was mailed last good', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    const token = await tokenTo(instance, ada.email, '/verify-email');
    for (let n = 0; n < 9; n += 1) await change(await signedUp({ instance }), ada.email);
    expect(await mailsTo(instance, ada.email)).toHaveLength(10);

    expect((await ada.auth.post('/auth/email/resend')).status).toBe(202);

    expect(await mailsTo(instance, ada.email)).toHaveLength(10);
    expect((await verify(ada, token)).status).toBe(204);
  });

  test('are not counted where its owner has confirmed it, so that no flood keeps warnings away', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    await confirmed(instance, ada);
    for (let n = 0; n < 12; n += 1) await change(await signedUp({ instance }), ada.email);
    const before = await mailsTo(instance, ada.email);
    expect(before).toHaveLength(1 + 12);

    await changed(instance, ada, newAddress('thief'));

    expect((await mailsTo(instance, ada.email))[0]?.subject).toMatch(/has been changed$/);
  });

  test('that are tried again are counted once', async () => {
    const stranger = newAddress('stranger');
    let failures = 0;
    const sent: string[] = [];
    const mailer = {
      send: async ({ to }: { to: string }) => {
        failures += 1;
        if (failures % 3 !== 0) throw new Error('the mail service is away');
        sent.push(to);
      },
    };
    const instance = start({ mailer });
    const fine = start();
    for (let n = 0; n < 6; n += 1) {
      const asker = await signedUp({ instance: fine });
      const { id: userId } = await userOf(asker);
      const job = { kind: 'change_email', id: `again-${n}-${userId}`, userId, credentialsVersion: 1 };
      await change(asker, stranger);
      for (let time = 0; time < 3; time += 1)
        await instance.handlers.mail({ ...job, newEmail: stranger }, {} as never).catch(() => undefined);
    }
    // Ten in all: five by the requests themselves, and five by the jobs that took three tries each.
    expect([sent.length, (await mailsTo(fine, stranger)).length]).toEqual([5, 5]);
  });
});
