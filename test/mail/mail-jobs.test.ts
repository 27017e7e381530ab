import { describe, expect, test } from 'vitest';
import type { Mail } from '../../lib/mail/mailer.ts';
import { testContext } from '../support/events.ts';
import { testInstances } from '../support/instances.ts';
import { linkIn, mailsTo, tokenTo } from '../support/mail.ts';
import { newAddress, otherPassword, person, signedUp } from '../support/person.ts';

const { database, start } = testInstances('mail_jobs');

describe('a job', () => {
  test('that is repeated by a retry sends nothing again, and its link goes on working', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    const job = {
      kind: 'forgot_password',
      id: 'repeated-1',
      email: ada.email,
      requestedAt: new Date().toISOString(),
    };

    for (let n = 0; n < 3; n += 1) await instance.handlers.mail(job, testContext());

    const mails = (await mailsTo(instance, ada.email)).filter(({ subject }) => /new password/.test(subject));
    expect(mails).toHaveLength(1);
    const token = await tokenTo(instance, ada.email, '/reset-password');
    const answer = await ada.auth.post('/auth/password/reset', { token, newPassword: otherPassword });
    expect(answer.status).toBe(204);
  });

  test('that fails is done by its repeat, whose link works', async () => {
    const sent: Mail[] = [];
    let failures = 2;
    const mailer = {
      send: async (mail: Mail) => {
        failures -= 1;
        if (failures >= 0) throw new Error('the mail service is away');
        sent.push(mail);
      },
    };
    const instance = start({ mailer });
    const { email, ...ada } = await signedUp({ instance: start() });
    const job = {
      kind: 'forgot_password',
      id: 'failing-1',
      email,
      requestedAt: new Date().toISOString(),
    };

    await expect(instance.handlers.mail(job, testContext())).rejects.toThrow(/^mail job failed: Error$/);
    await expect(instance.handlers.mail(job, testContext())).rejects.toThrow();
    await instance.handlers.mail(job, testContext());

    expect(sent.map(({ to }) => to)).toEqual([email]);
    const token = linkIn(sent[0]!).searchParams.get('token');
    const answer = await ada.auth.post('/auth/password/reset', { token, newPassword: otherPassword });
    expect(answer.status).toBe(204);
  });

  test('about an account that is gone speaks its language, and English where an older release made the job', async () => {
    const instance = start();
    const [email, older] = [newAddress('gone'), newAddress('older')];
    const gone = { kind: 'account_deleted', email, confirmed: true, language: 'de' };
    const ended = {
      kind: 'changed_by_administrator',
      userId: 'gone',
      what: 'account_deleted',
      confirmed: true,
    };
    const jobs = [
      { ...gone, id: 'gone-1' },
      { ...ended, to: email, language: 'de', id: 'gone-2' },
      { ...ended, to: older, id: 'gone-3' },
      { ...gone, email: older, language: null, id: 'gone-4' },
    ];

    for (const job of jobs) await instance.handlers.mail(job, testContext());

    const mails = await mailsTo(instance, email);
    const deleted = 'Ihr Konto bei localhost:3000 wurde gelöscht';
    expect(mails.map(({ subject }) => subject)).toEqual([deleted, deleted]);
    for (const { html } of mails) expect(html).toContain('<html lang="de">');
    expect((await mailsTo(instance, older)).map(({ subject }) => subject).sort()).toEqual([
      'Your account at localhost:3000 has been deleted',
      'Your account has been deleted at localhost:3000',
    ]);
  });

  test('in a test stage whose mail cannot be sent changes no answer', async () => {
    const mailer = { send: () => Promise.reject(new Error('the mail service is away')) };
    const instance = start({ mailer });

    expect((await person({ instance }).signUp()).status).toBe(201);

    expect(instance.log.map(({ message }) => message)).toContain('mail job not handed over');
  });

  test('about a user who has left sends nothing', async () => {
    const instance = start();
    const ids = { userId: 'somebody who is gone' };
    const credentialsVersion = 1;
    const requestedAt = new Date().toISOString();
    const to = newAddress();
    const jobs = [
      { kind: 'verify_email', ...ids, credentialsVersion, to },
      { kind: 'password_changed', ...ids, to, confirmed: true },
      { kind: 'change_email', ...ids, credentialsVersion, newEmail: newAddress() },
      {
        kind: 'email_changed',
        ...ids,
        credentialsVersion,
        to,
        confirmed: true,
        newEmail: newAddress(),
      },
      { kind: 'email_confirmed', ...ids, to },
      { kind: 'email_change_undone', ...ids, to },
      { kind: 'email_lost', ...ids, to },
      { kind: 'resend', email: newAddress(), requestedAt },
      { kind: 'sign_up', signUpId: 'one that is gone', email: newAddress() },
      { kind: 'forgot_password', email: newAddress(), requestedAt },
    ];
    const before = await database.db().collection('outbox').countDocuments();

    for (const [n, job] of jobs.entries())
      await instance.handlers.mail({ ...job, id: `gone-${n}` }, testContext());

    expect(await database.db().collection('outbox').countDocuments()).toBe(before);
    expect(await database.db().collection('tokens').countDocuments(ids)).toBe(0);
  });

  test.each([
    [{}],
    [null],
    ['a string'],
    [{ kind: 'forgot_password' }],
    [{ kind: 'forgot_password', id: 'x', email: { $ne: null }, requestedAt: '2026-01-01T00:00:00Z' }],
    [{ kind: 'forgot_password', id: 'x', email: 'a@b.test', requestedAt: 'now' }],
    // Of an older version: it does not say what it is about, so nothing comes of it.
    [{ kind: 'forgot_password', id: 'x', email: 'a@b.test' }],
    [{ kind: 'email_changed', id: 'x', userId: 'y', oldEmail: 'a@b.test' }],
    [{ kind: 'of another time', id: 'x', userId: 'y' }],
    [{ Records: [{ body: 'secret-value' }] }],
  ])('that is none is dropped with a clear line, since a repeat would not help: %o', async (event) => {
    const instance = start();

    await expect(instance.handlers.mail(event, testContext())).resolves.toBeUndefined();

    const [line] = instance.log;
    expect(line).toMatchObject({ level: 'error', message: 'not a mail job: dropped' });
    expect(JSON.stringify(instance.log)).not.toContain('secret-value');
  });

  test('while the database is away is rejected, so that Lambda repeats it', async () => {
    const instance = start({ database: { uri: 'mongodb://127.0.0.1:9', name: database.name } });

    const job = instance.handlers.mail(
      { kind: 'resend', id: 'x', email: newAddress(), requestedAt: new Date().toISOString() },
      testContext(),
    );

    await expect(job).rejects.toMatchObject({ code: 'unavailable' });
  }, 20_000);
});
