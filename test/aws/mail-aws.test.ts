import type { IncomingMessage } from 'node:http';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { createSesMailer } from '../../lib/aws/ses-mailer.ts';
import { standForAws } from '../support/aws-endpoint.ts';
import { testContext } from '../support/events.ts';
import { testInstances } from '../support/instances.ts';
import { sumsOf } from '../support/metrics.ts';
import { newAddress, person, signedUp } from '../support/person.ts';
import { stopwatch } from '../support/timing.ts';

const { database, start } = testInstances('mail_aws');

const deployedStage = {
  STAGE: 'prod',
  PUBLIC_URL: 'https://example.com',
  MAIL_FROM: 'Example <no-reply@example.com>',
};

/** What an AWS service was asked, and what it says. */
interface Asked {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

describe('with AWS', () => {
  const asked: Asked[] = [];
  let status = 200;
  let errorType = '';
  let says = '{"MessageId":"1"}';
  /** Calls that get no answer, before the others. */
  let silent = 0;

  standForAws((req, body, res) => {
    asked.push({ method: req.method ?? '', path: req.url ?? '', headers: req.headers, body });
    silent -= 1;
    if (status === 0 || silent >= 0) return;
    res
      .writeHead(status, {
        'content-type': 'application/json',
        ...(errorType && { 'x-amzn-errortype': errorType }),
      })
      .end(says);
  });
  afterEach(() => {
    asked.length = 0;
    status = 200;
    silent = 0;
    says = '{"MessageId":"1"}';
    errorType = '';
  });

  test('SES is given the unusual dots of old carriers in quotes', async () => {
    const mail = { to: 'ab..cd@docomo.ne.jp', subject: 'Hello', text: 'Hello', html: '<p>Hello</p>' };

    await createSesMailer({ from: deployedStage.MAIL_FROM }).send(mail, 'ada');

    expect(JSON.parse(asked[0]!.body).Destination).toEqual({ ToAddresses: ['"ab..cd"@docomo.ne.jp'] });
  });

  test('SES is asked to send text and HTML from MAIL_FROM', async () => {
    const mail = { to: 'ada@mail.test', subject: 'Grüße', text: 'Hello', html: '<p>Hello</p>' };

    await createSesMailer({ from: deployedStage.MAIL_FROM }).send(mail, 'ada');

    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ method: 'POST', path: '/v2/email/outbound-emails' });
    expect(JSON.parse(asked[0]!.body)).toEqual({
      FromEmailAddress: 'Example <no-reply@example.com>',
      Destination: { ToAddresses: ['ada@mail.test'] },
      Content: {
        Simple: {
          Subject: { Data: 'Grüße', Charset: 'UTF-8' },
          Body: {
            Text: { Data: 'Hello', Charset: 'UTF-8' },
            Html: { Data: '<p>Hello</p>', Charset: 'UTF-8' },
          },
        },
      },
    });
  });

  test('a mail that SES refuses makes the job fail, so that Lambda repeats it', async () => {
    const instance = start({ environment: deployedStage });
    const { email } = await signedUp({ instance: start() });
    status = 400;

    const job = { kind: 'forgot_password', id: 'refused', email, requestedAt: new Date().toISOString() };

    await expect(instance.handlers.mail(job, testContext())).rejects.toThrow();
    status = 200;
    await instance.handlers.mail(job, testContext());
    expect(asked.at(-1)?.path).toBe('/v2/email/outbound-emails');
  });

  test.each([
    [
      'MessageRejected',
      (email: string) => JSON.stringify({ message: `Email address is not verified: ${email}` }),
    ],
    ['BadRequestException', (email: string) => JSON.stringify({ message: `a\n    at ${email}\n${email}` })],
    ['', (email: string) => JSON.stringify({ __type: `Rejected:${email}`, Message: email })],
    ['', (email: string) => `<html>${email}`],
  ])('neither the log nor what Lambda prints of such a job holds an address (%s)', async (type, saying) => {
    const instance = start({ environment: deployedStage });
    const { email } = await signedUp({ instance: start() });
    status = 400;
    says = saying(email);
    errorType = type;

    const requestedAt = new Date().toISOString();
    const job = { kind: 'forgot_password', id: `quoting ${type} ${says.length}`, email, requestedAt };
    const error = await instance.handlers.mail(job, testContext()).then(
      () => undefined,
      (reason: Error) => reason,
    );

    // As the runtime does: the error itself goes to the log, and its message beside a dead letter.
    const printed = inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(instance.log);
    expect(error?.message).toMatch(/^mail job failed: \w+$/);
    expect(error?.cause).toBeUndefined();
    expect(instance.log).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: 'mail job failed',
        fields: expect.objectContaining({ kind: job.kind }),
      }),
    );
    expect(printed).not.toContain(email);
  });

  test('a request hands its job to the function `mail` and does not wait for what it finds', async () => {
    const instance = start({ environment: deployedStage });
    const known = await signedUp({ instance: start() });

    for (const email of [known.email, newAddress('unknown')])
      expect((await person({ instance }).auth.post('/auth/password/forgot', { email })).status).toBe(202);

    const [one, other] = asked;
    expect(asked).toHaveLength(2);
    expect(one).toMatchObject({
      method: 'POST',
      path: '/2015-03-31/functions/session-auth-prod-mail/invocations',
      headers: { 'x-amz-invocation-type': 'Event' },
    });
    expect(other?.path).toBe(one?.path);
    const jobs = asked.map(({ body }) => JSON.parse(body));
    expect(jobs.map(Object.keys)).toEqual([
      ['kind', 'email', 'requestedAt', 'id'],
      ['kind', 'email', 'requestedAt', 'id'],
    ]);
    expect(jobs[0]).toMatchObject({ kind: 'forgot_password', email: known.email });
  });

  test('what it was handed, the function `mail` does', async () => {
    const instance = start({ environment: deployedStage });
    const ada = person({ instance });
    await ada.signUp();
    const job = JSON.parse(asked[0]!.body);

    await instance.handlers.mail(job, testContext());

    const sent = JSON.parse(asked[1]!.body);
    expect(sent.Destination).toEqual({ ToAddresses: [ada.email] });
    const text: string = sent.Content.Simple.Body.Text.Data;
    const token = new URL(/https:\S+/.exec(text)![0]).searchParams.get('token');
    expect((await ada.auth.post('/auth/email/verify', { token })).status).toBe(204);
    expect(await database.db().collection('outbox').countDocuments({ toKey: ada.email })).toBe(0);
  });

  test('a job never carries a password or token', async () => {
    const instance = start({ environment: { ...deployedStage, REQUIRE_VERIFIED_EMAIL: 'true' } });
    const ada = person({ instance });

    await ada.signUp();

    expect(JSON.parse(asked[0]!.body)).toEqual({
      kind: 'sign_up',
      signUpId: expect.any(String),
      email: ada.email,
      id: expect.any(String),
    });
  });

  test.each([500, 403, 0])(
    'a job that cannot be handed over (%i) is logged and changes no answer',
    async (fault) => {
      const instance = start({ environment: deployedStage });
      status = fault;

      const elapsed = stopwatch();
      const answer = await person({ instance }).auth.post('/auth/password/forgot', { email: newAddress() });

      expect(answer.status).toBe(202);
      expect(elapsed()).toBeLessThan(4500);
      expect(instance.log).toContainEqual(
        expect.objectContaining({
          level: 'error',
          message: 'mail job not handed over',
          fields: expect.objectContaining({
            kind: 'forgot_password',
            // Of what was not answered nobody knows.
            ...(fault === 0 && { code: 'may_be_done' }),
          }),
        }),
      );
    },
  );

  test('a job whose hand-over ran out of time is handed over once more, as the same job', async () => {
    const instance = start({ environment: { ...deployedStage, METRICS: 'functions' } });
    silent = 1;

    const answer = await person({ instance }).auth.post('/auth/password/forgot', { email: newAddress() });

    expect(answer.status).toBe(202);
    expect(asked).toHaveLength(2);
    expect(asked[1]?.body).toBe(asked[0]?.body);
    expect(instance.log.map(({ message }) => message)).not.toContain('mail job not handed over');
    expect(sumsOf(instance.log)).toEqual({ mailJobsHandedOver: 1 });
  });

  test('one that nobody takes is counted as lost', async () => {
    const instance = start({ environment: { ...deployedStage, METRICS: 'functions' } });
    status = 0;

    await person({ instance }).auth.post('/auth/password/forgot', { email: newAddress() });

    expect(sumsOf(instance.log)).toEqual({ mailJobsLost: 1 });
  });
});
