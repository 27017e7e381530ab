import { afterEach, describe, expect, test } from 'vitest';
import type { EventsJob } from '../../lib/activity/told-event.ts';
import { EventDetail, eventKinds } from '../../lib/flows/events.ts';
import { standForAws } from '../support/aws-endpoint.ts';
import { dieAt } from '../support/dying.ts';
import { eventSource, eventSources, testContext } from '../support/events.ts';
import type { InstanceOptions } from '../support/instance.ts';
import { testInstances } from '../support/instances.ts';
import { newAddress, type Person, person, signedUp } from '../support/person.ts';
import { quickPasswords } from '../support/quick-passwords.ts';
import { stopwatch } from '../support/timing.ts';

// What happens, for other systems: every event of the activity goes to EVENT_BUS by a job.

const { start: startWith } = testInstances('event bus');
const environment = { EVENT_BUS: 'what-happens' };

/** An instance, and the jobs that it has handed over. */
function start(options: Partial<InstanceOptions> = {}) {
  const jobs: EventsJob[] = [];
  const handEvents = async (job: EventsJob) => void jobs.push(job);
  const instance = startWith({ environment, passwords: quickPasswords, handEvents, ...options });
  const told = () => jobs.flatMap(({ events }) => events);
  return { instance, jobs, told, types: () => told().map(({ type }) => type) };
}

const listed = async ({ account }: Person) =>
  (await account.get('/account/activity')).json().events as { id: string; type: string }[];

describe.each(eventSources)('over $name', (source) => {
  test('what one request has written down is handed over in one job, before its answer leaves', async () => {
    const { instance, jobs } = start();
    const ada = person({ instance, source });

    expect((await ada.signUp()).status).toBe(201);
    expect(jobs).toHaveLength(1);
    expect((await ada.auth.post('/auth/sign-out')).status).toBe(204);

    expect(jobs.map(({ events }) => events.map(({ type }) => type))).toEqual([['sign_up'], ['sign_out']]);
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(2);
  });
});

describe('a job', () => {
  test('has each event as the activity has it, with whose it is, and nothing else', async () => {
    const { instance, told, jobs } = start();
    const ada = person({ instance, ip: '198.51.100.7' });
    await ada.auth.post(
      '/auth/sign-up',
      { email: ada.email, password: ada.password, name: 'Ada Lovelace' },
      { headers: { 'user-agent': 'a browser' } },
    );
    const { user } = (await ada.account.get('/account')).json();

    const [kept] = await listed(ada);
    expect(told()).toEqual([{ ...kept, userId: user.id }]);
    expect(told()[0]).toMatchObject({ ip: '198.51.100.7', userAgent: 'a browser' });
    expect(JSON.stringify(jobs)).not.toMatch(/mail\.test|Lovelace|password|token/);
  });

  test('is made of all that happens in one request', async () => {
    const { instance, jobs } = start({ environment: { ...environment, REQUIRE_VERIFIED_EMAIL: 'true' } });
    const ada = person({ instance });
    await ada.signUp();
    const { messages } = (await ada.auth.get('/dev/outbox', { query: [['to', ada.email]] })).json();
    const [, token] = /token=([\w-]+)/.exec(messages[0].text) ?? [];
    jobs.length = 0;

    expect((await ada.auth.post('/auth/email/verify', { token, password: ada.password })).status).toBe(204);

    expect(jobs.map(({ events }) => events.map(({ type }) => type))).toEqual([['sign_up', 'email_verified']]);
  });

  test('comes of a failed sign-in alike where there is no such account', async () => {
    const { instance, jobs, told } = start();
    const ada = await signedUp({ instance });
    jobs.length = 0;

    for (const email of [ada.email, newAddress('nobody')])
      await person({ instance, email }).signIn('not the password at all');

    expect(jobs).toHaveLength(2);
    expect(told()).toEqual([
      expect.objectContaining({ type: 'sign_in_failed', userId: expect.any(String) }),
      expect.objectContaining({ type: 'sign_in_failed', userId: null }),
    ]);
  });

  test('tells of leaving, of which nothing is kept', async () => {
    const { instance, told, types } = start();
    const ada = await signedUp({ instance });
    const [{ userId } = {}] = told();

    expect((await ada.account.delete('/account', { currentPassword: ada.password })).status).toBe(204);

    expect(types()).toEqual(['sign_up', 'account_deleted']);
    expect(told().at(-1)?.userId).toBe(userId);
    expect(await instance.services.activity.export(userId ?? '')).toEqual([]);
  });

  test('of what happens outside of a request is handed over at once', async () => {
    const { instance, told } = start();
    const { activity } = instance.services;

    // Outside of a request there is nothing to wait for.
    await activity.announce('account_deleted', 'somebody', { ip: null, userAgent: null });

    expect(told()).toEqual([
      expect.objectContaining({ type: 'account_deleted', userId: 'somebody', ip: null }),
    ]);
  });

  test('comes of what could not be kept too, and of an answer that is an error', async () => {
    const { instance, types } = start();
    const ada = await signedUp({ instance });
    const { record } = instance.services.activity;
    const { dead } = dieAt(instance, 0, 'before');

    await record('name_changed', 'somebody', { ip: null, userAgent: null });
    expect(dead()).toBe(true);
    expect((await ada.auth.get('/auth/session', { expect5xx: true })).status).toBe(503);

    expect(types()).toEqual(['sign_up', 'name_changed']);
    expect(instance.log.map(({ message }) => message)).toContain('activity not stored');
  });
});

test('without EVENT_BUS nothing is handed over', async () => {
  const { instance, jobs } = start({ environment: {} });
  const ada = await signedUp({ instance });
  await ada.auth.post('/auth/sign-out');

  expect(jobs).toEqual([]);
  expect(instance.services.eventQueue).toBeUndefined();
});

test('what cannot be handed over is logged by its ids, and changes no answer', async () => {
  const handEvents = () => Promise.reject(new Error('about ada@mail.test'));
  const { instance } = start({ handEvents });
  const ada = await signedUp({ instance });

  const [kept] = await listed(ada);
  const lost = instance.log.filter(({ message }) => message === 'events not handed over');
  expect(lost.map(({ level, fields }) => [level, fields.events])).toEqual([
    ['error', [expect.objectContaining({ id: kept?.id, type: 'sign_up' })]],
  ]);
  expect(JSON.stringify(lost)).not.toContain('mail.test');
  // By the same id the log says what else there is to tell.
  expect(instance.log.find(({ message }) => message === 'activity')?.fields.eventId).toBe(kept?.id);
});

test.each([
  ['the limit of four seconds', 10_000, 3500],
  ['what the function has left', 1500, 0],
])('an answer waits for its events no longer than %s', async (_what, timeoutMs, least) => {
  const { instance } = start({ handEvents: () => new Promise(() => undefined) });
  const source = eventSource('HTTP API, payload 2.0');
  const event = source.event({
    method: 'POST',
    path: '/auth/sign-up',
    headers: { 'content-type': 'application/json', host: 'localhost' },
    body: JSON.stringify({ email: newAddress(), password: 'a quiet gull over 7 lamps' }),
  } as never);
  const elapsed = stopwatch();

  const answer = await instance.handlers.auth(event, testContext({ timeoutMs }));

  expect(answer).toMatchObject({ statusCode: 201 });
  expect(elapsed()).toBeGreaterThanOrEqual(least);
  expect(instance.log.map(({ message }) => message)).toContain('events not handed over');
});

test('in dev and test the log shows what would be put on the bus', async () => {
  const instance = startWith({ environment, passwords: quickPasswords });
  await signedUp({ instance });

  expect(instance.log.filter(({ message }) => message === 'event').map(({ fields }) => fields)).toEqual([
    {
      EventBusName: 'what-happens',
      Source: 'session-auth.test',
      DetailType: 'sign_up',
      Time: expect.any(Date),
      Detail: expect.stringMatching(/^\{"id":".*"type":"sign_up"/),
    },
  ]);
});

describe('with AWS', () => {
  const asked: { path: string; target: string; body: string }[] = [];
  /** What EventBridge says of each call in turn, then that all is well. */
  let says: ((entries: number) => object)[] = [];
  let status = 200;
  const deployed = {
    STAGE: 'prod',
    PUBLIC_URL: 'https://example.com',
    MAIL_FROM: 'no-reply@example.com',
    EVENT_BUS: 'what-happens',
  };

  const taken = (entries: number) => ({
    FailedEntryCount: 0,
    Entries: Array.from({ length: entries }, (_each, at) => ({ EventId: `event-${at}` })),
  });

  function answerTo(target: string, body: string): object {
    if (!target.endsWith('PutEvents')) return {};
    return (says.shift() ?? taken)(JSON.parse(body).Entries.length);
  }

  standForAws((req, body, res) => {
    const target = String(req.headers['x-amz-target'] ?? '');
    asked.push({ path: req.url ?? '', target, body });
    const said = JSON.stringify(answerTo(target, body));
    res.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(said);
  });
  afterEach(() => {
    asked.length = 0;
    says = [];
    status = 200;
  });

  const jobOf = (count: number, more: object = {}) => ({
    kind: 'events',
    id: 'a job',
    events: Array.from({ length: count }, (_each, at) => ({
      id: `id-${at}`,
      type: 'sign_in',
      at: '2026-11-26T20:00:00.000Z',
      userId: 'ada',
      ip: '198.51.100.7',
      userAgent: 'a browser',
      ...more,
    })),
  });
  const put = () => asked.map(({ body }) => JSON.parse(body).Entries as { Detail: string }[]);
  const idsPut = () => put().map((entries) => entries.map(({ Detail }) => JSON.parse(Detail).id));

  test('a request hands its events to the function `mail`, that of sessions too, and it puts them on the bus', async () => {
    const instance = startWith({ environment: deployed, passwords: quickPasswords });
    const ada = await signedUp({ instance });
    await ada.sessions.delete('/sessions', undefined, { query: [['all', 'true']] });

    const jobs = asked.map(({ path, body }) => ({ path, job: JSON.parse(body) }));
    const events = jobs.filter(({ job }) => job.kind === 'events');
    expect(new Set(jobs.map(({ path }) => path))).toEqual(
      new Set(['/2015-03-31/functions/session-auth-prod-mail/invocations']),
    );
    expect(events.flatMap(({ job }) => job.events.map(({ type }: { type: string }) => type))).toEqual([
      'sign_up',
      'all_sessions_ended',
    ]);
    asked.length = 0;

    await instance.handlers.mail(events[0]?.job, testContext());

    const [told] = events[0]?.job.events ?? [];
    expect(asked.map(({ target }) => target)).toEqual(['AWSEvents.PutEvents']);
    const [[entry] = []] = put();
    expect(entry).toEqual({
      EventBusName: 'what-happens',
      Source: 'session-auth.prod',
      DetailType: 'sign_up',
      Time: expect.anything(),
      Detail: expect.any(String),
    });
    expect(JSON.parse(entry?.Detail ?? '')).toEqual(told);
    expect(EventDetail.parse(JSON.parse(entry?.Detail ?? ''))).toEqual(told);
  });

  test('no more than ten are put at once', async () => {
    const { handlers } = startWith({ environment: deployed });

    await handlers.mail(jobOf(23), testContext());

    expect(put().map((entries) => entries.length)).toEqual([10, 10, 3]);
    expect(new Set(idsPut().flat()).size).toBe(23);
  });

  test('those that the bus did not take are put again, and no other', async () => {
    const { handlers } = startWith({ environment: deployed });
    says = [
      () => ({
        FailedEntryCount: 1,
        Entries: [{ EventId: '1' }, { ErrorCode: 'ThrottlingException' }, { EventId: '3' }],
      }),
    ];

    await handlers.mail(jobOf(3), testContext());

    expect(idsPut()).toEqual([['id-0', 'id-1', 'id-2'], ['id-1']]);
  });

  test('a bus that goes on refusing has the job repeated, with all of them', async () => {
    const { handlers, log } = startWith({ environment: deployed });
    const refuse = () => ({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] });
    says = [refuse, refuse, refuse];

    await expect(handlers.mail(jobOf(1), testContext())).rejects.toMatchObject({ code: 'InternalFailure' });
    expect(log).toContainEqual(
      expect.objectContaining({ fields: expect.objectContaining({ kind: 'events', jobId: 'a job' }) }),
    );
    await handlers.mail(jobOf(1), testContext());

    expect(idsPut()).toEqual([['id-0'], ['id-0'], ['id-0'], ['id-0']]);
  });

  test('so has one that is out of reach', async () => {
    const { handlers } = startWith({ environment: deployed });
    status = 400;

    await expect(handlers.mail(jobOf(1), testContext())).rejects.toThrow('mail job failed');
  });

  test('what is nobody’s is put nowhere, nor is anything once EVENT_BUS is gone', async () => {
    const { handlers } = startWith({ environment: deployed });
    await handlers.mail(jobOf(2, { userId: null }), testContext());
    const without = startWith({ environment: { ...deployed, EVENT_BUS: '' } });
    await without.handlers.mail(jobOf(1), testContext());

    expect(asked).toEqual([]);
  });
});

test('the description has the schema, with every kind that there is', async () => {
  const { handlers } = startWith();
  const { docs } = {
    docs: person({ instance: { handlers: { ...handlers, auth: handlers.docs } } as never }),
  };
  const document = (await docs.auth.get('/openapi.json')).json();

  const { post } = document.webhooks.event;
  expect(post.requestBody.content['application/json'].schema).toEqual({ $ref: '#/components/schemas/Event' });
  const { properties, required } = document.components.schemas.Event;
  const always = ['id', 'type', 'at', 'userId', 'ip', 'userAgent'];
  expect(Object.keys(properties)).toEqual([...always, 'by', 'about']);
  expect(required).toEqual(always);
  expect(properties.type.enum).toEqual(eventKinds);
  expect(properties.type.enum).toContain('account_deleted');
});
