import { describe, expect, test } from 'vitest';
import { authorizerSources } from '../../support/authorizer-events.ts';
import { browse } from '../../support/browse.ts';
import { testClock } from '../../support/clock.ts';
import { createClient, eventSources, type TestAnswer, testContext } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { otherPassword, person, strongPassword } from '../../support/person.ts';
import { cookieOf } from '../../support/session-cookie.ts';

/** `"remember": false` at sign-in: the session ends with the browser, and after 12 hours at the latest. */

const { database, start } = testInstances('session_remember');
const hour = 3_600_000;
const names = (answer: TestAnswer) => cookieOf(answer).attributes.map((each) => each.split('=')[0]);
const ofTheBrowser = ['Path', 'HttpOnly', 'SameSite'];
const ofThirtyDays = ['Max-Age', 'Path', 'Expires', 'HttpOnly', 'SameSite'];

/** Somebody who has an account, and has signed in not to be remembered. */
async function unremembered(environment: NodeJS.ProcessEnv = {}) {
  const clock = testClock();
  const instance = start({ now: clock.now, environment });
  const someone = person({ instance });
  await someone.signUp();
  const credentials = { email: someone.email, password: strongPassword };
  const answer = await someone.auth.post('/auth/sign-in', { ...credentials, remember: false });
  return { ...someone, instance, clock, answer, credentials };
}

describe.each(eventSources)('over $name', (source) => {
  test('the cookie has neither Max-Age nor Expires with false; both with true, and when nothing is said', async () => {
    const instance = start();
    const client = createClient(instance.handlers.auth, source);
    const account = { email: `${crypto.randomUUID()}@example.com`, password: strongPassword };

    expect(names(await client.post('/auth/sign-up', account))).toEqual(ofThirtyDays);
    expect(names(await client.post('/auth/sign-in', { ...account, remember: false }))).toEqual(ofTheBrowser);
    expect((await client.get('/auth/session')).cookies).toEqual([]);
    expect(names(await client.post('/auth/sign-in', { ...account, remember: true }))).toEqual(ofThirtyDays);
    expect(names(await client.post('/auth/sign-in', account))).toEqual(ofThirtyDays);
  });
});

describe('the server', () => {
  test('ends it 12 hours after it was made, however much it is used, to the millisecond', async () => {
    const { auth, clock, answer } = await unremembered();
    const createdAt = Date.parse(answer.json().session.createdAt);
    const statuses: number[] = [];

    for (let round = 0; round < 11; round += 1) {
      clock.pass(hour / 1000);
      statuses.push((await auth.get('/auth/session')).status);
    }
    clock.pass(hour / 1000 - 0.001);
    statuses.push((await auth.get('/auth/session')).status);
    clock.pass(0.001);

    expect(statuses).toEqual(Array(12).fill(200));
    expect(clock.now().getTime()).toBe(createdAt + 12 * hour);
    expect((await auth.get('/auth/session')).status).toBe(401);
  });

  test.each([
    ['absolute', { SESSION_ABSOLUTE_SECONDS: '3600' }],
    ['idle', { SESSION_IDLE_SECONDS: '3600' }],
  ])('ends it at the %s limit where that comes first', async (_name, environment) => {
    const { auth, clock } = await unremembered(environment);

    clock.pass(3599);
    expect((await auth.get('/auth/session')).status).toBe(200);
    clock.pass(3601);

    expect((await auth.get('/auth/session')).status).toBe(401);
  });

  test('says so: in the session, in the list of devices, and to what sweeps', async () => {
    const { sessions, answer } = await unremembered();
    const { session } = answer.json();
    const end = new Date(Date.parse(session.createdAt) + 12 * hour).toISOString();

    expect(session).toMatchObject({ expiresAt: end, idleExpiresAt: end });
    const listed = (await sessions.get('/sessions')).json().sessions;
    expect(listed).toEqual([expect.objectContaining({ id: session.id, expiresAt: end })]);
    const stored = await database
      .db()
      .collection<{ _id: string; expires: Date }>('sessions')
      .findOne({ _id: session.id });
    expect(stored?.expires.toISOString()).toBe(end);
  });

  test('says so to sessions whose use was written down since', async () => {
    const { auth, sessions, clock, answer } = await unremembered();
    const end = new Date(Date.parse(answer.json().session.createdAt) + 12 * hour).toISOString();

    clock.pass((5 * hour) / 1000);

    expect((await auth.get('/auth/session')).json().session).toMatchObject({
      expiresAt: end,
      idleExpiresAt: end,
    });
    expect((await sessions.get('/sessions')).json().sessions[0].expiresAt).toBe(end);
  });

  test.each(authorizerSources)('the authorizer denies it from then on: $name', async (source) => {
    const { cookies, instance, clock } = await unremembered();
    const ask = async () => {
      const event = source.event({ cookies: [`session_auth=${cookies.get('session_auth')}`] });
      return source.allows(await instance.handlers.authorizer(event, testContext()), event);
    };

    clock.pass((12 * hour) / 1000 - 1);
    expect(await ask()).toBe(true);
    clock.pass(1);

    expect(await ask()).toBe(false);
  });

  test('keeps it so when the password changes: under the new id it ends with the browser too', async () => {
    const { auth, account, clock } = await unremembered();

    const changed = await account.post('/account/password', {
      currentPassword: strongPassword,
      newPassword: otherPassword,
    });

    expect(names(changed)).toEqual(ofTheBrowser);
    const { session } = (await auth.get('/auth/session')).json();
    expect(Date.parse(session.expiresAt)).toBe(Date.parse(session.createdAt) + 12 * hour);
    clock.pass((12 * hour) / 1000);
    expect((await auth.get('/auth/session')).status).toBe(401);
  });

  test('remembers who signs in again without it, and a remembered one stays so when the password changes', async () => {
    const { auth, account, credentials } = await unremembered();

    const { session } = (await auth.post('/auth/sign-in', credentials)).json();
    const changed = await account.post('/account/password', {
      currentPassword: strongPassword,
      newPassword: otherPassword,
    });

    expect(Date.parse(session.expiresAt)).toBe(Date.parse(session.createdAt) + 30 * 24 * hour);
    expect(names(changed)).toEqual(ofThirtyDays);
  });
});

test.each(['false', 0, null, [], {}])('%j is no answer to the question: 422', async (remember) => {
  const { auth, email } = await unremembered();

  const answer = await auth.post('/auth/sign-in', { email, password: strongPassword, remember });

  expect([answer.status, answer.cookies]).toEqual([422, []]);
  expect(answer.json().errors).toEqual([{ path: 'remember', message: 'must be true or false' }]);
});

describe('the page', () => {
  test('has a box to tick for it, which is described and says itself what it does', async () => {
    const { body } = await browse(start()).get('/sign-in');

    const box = /<input[^>]*type="checkbox"[^>]*>/.exec(body)?.[0] ?? '';
    expect(box).toContain('name="remember"');
    expect(box).not.toContain('checked');
    const id = /id="([^"]+)"/.exec(box)?.[1];
    expect(body).toContain(`<label for="${id}">Sign me out when I close the browser</label>`);
    expect(body).toMatch(new RegExp(`id="${id}-hint">[^<]*12 hours`));
    expect(box).toContain(`aria-describedby="${id}-hint"`);
  });

  test('ticked, the session ends with the browser; else it is remembered', async () => {
    const { instance, email } = await unremembered();
    const form = { email, password: strongPassword };

    const ticked = await browse(instance).post('/sign-in', { ...form, remember: 'false' });
    const left = await browse(instance).post('/sign-in', form);

    expect([ticked.status, left.status]).toEqual([303, 303]);
    expect(names(ticked)).toEqual(ofTheBrowser);
    expect(names(left)).toEqual(ofThirtyDays);
  });

  test('stays ticked where the form comes back', async () => {
    const { instance, email } = await unremembered();

    const { status, body } = await browse(instance).post('/sign-in', {
      email,
      password: otherPassword,
      remember: 'false',
    });

    expect(status).toBe(401);
    expect(/<input[^>]*type="checkbox"[^>]*>/.exec(body)?.[0]).toContain('checked');
  });
});
