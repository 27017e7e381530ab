import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { browser } from '../../support/session-app.ts';
import { sessionInstances } from '../../support/session-instances.ts';

/** No TTL index sweeps in these tests: what is over is over at read. */

const { database, start: startAt } = sessionInstances('session_lifetime');
const sessions = () => database.db().collection('sessions');
const second = 1000;
const hour = 3600 * second;
const day = 24 * hour;

/** An instance whose clock the test moves. */
function start(environment: NodeJS.ProcessEnv = {}, clock = { now: Date.now() }) {
  return { ...startAt(undefined, { environment, now: () => new Date(clock.now) }), clock };
}

describe('limits', () => {
  test('ASVS 7.3.1: a session that is not used for 14 days is over, to the millisecond', async () => {
    const { handler, clock } = start();
    const client = browser(handler);
    const { user } = (await client.post('/enter')).json();
    const { session } = (await client.get('/auth/session')).json();
    const idleExpiresAt = Date.parse(session.idleExpiresAt);
    expect(idleExpiresAt).toBe(clock.now + 14 * day);

    clock.now = idleExpiresAt;
    expect((await client.get('/who')).status).toBe(401);
    clock.now = idleExpiresAt - 1;
    expect((await client.get('/who')).json()).toEqual({ user });
  });

  test('ASVS 7.3.2: use never extends the absolute limit, N: 30 days overall', async () => {
    const { handler, clock } = start();
    const client = browser(handler);
    await client.post('/enter');
    const startedAt = clock.now;
    const answers: number[] = [];

    for (let days = 1; days <= 31; days += 1) {
      clock.now = startedAt + days * day;
      const answer = await client.get('/auth/session');
      answers.push(answer.status);
      if (answer.status !== 200) continue;
      const { session } = answer.json();
      expect(Date.parse(session.createdAt)).toBe(startedAt);
      expect(Date.parse(session.expiresAt)).toBe(startedAt + 30 * day);
      expect(Date.parse(session.idleExpiresAt)).toBe(Math.min(clock.now + 14 * day, startedAt + 30 * day));
    }

    expect(answers).toEqual([...Array(29).fill(200), 401, 401]);
  });

  test('a session that is over by its age is not used by changing it', async () => {
    const { handler, clock } = start({ SESSION_ABSOLUTE_SECONDS: '60' });
    const client = browser(handler);
    const { user } = (await client.post('/enter')).json();
    const before = await sessions().findOne({ userId: user });

    clock.now += 60 * second;
    const answer = await client.post('/count/visits');

    expect(answer.json()).toEqual({ visits: 1 });
    expect(answer.cookies).toHaveLength(1);
    expect((await client.get('/who')).status).toBe(401);
    expect(await sessions().findOne({ userId: user })).toEqual(before);
  });

  test('limits of today hold for sessions of yesterday', async () => {
    const clock = { now: Date.now() };
    const [generous, strict] = [start({}, clock), start({ SESSION_IDLE_SECONDS: '60' }, clock)];
    const client = browser(generous.handler);
    await client.post('/enter');

    clock.now += 60 * second;

    expect((await browser(generous.handler, client).get('/who')).status).toBe(200);
    expect((await browser(strict.handler, client).get('/who')).status).toBe(401);
  });

  test('a session that is over costs one read and no write, and its cookie is not adopted', async () => {
    const { handler, clock, commands } = start();
    const client = browser(handler);
    await client.post('/enter');
    const old = client.cookies.get('session_auth');
    clock.now += 31 * day;
    commands.clear();

    expect((await client.get('/who')).status).toBe(401);
    expect(commands.names()).toEqual(['sessions.aggregate']);
    await client.post('/count/visits');

    expect(client.cookies.get('session_auth')).not.toBe(old);
  });
});

describe('writing down use', () => {
  test('use is written down once an hour, and the session lives 14 days from there', async () => {
    const { handler, clock, commands } = start();
    const client = browser(handler);
    const { user } = (await client.post('/enter')).json();
    const startedAt = clock.now;
    commands.clear();

    for (let minutes = 10; minutes <= 180; minutes += 10) {
      clock.now = startedAt + minutes * 60 * second;
      await client.get('/who');
    }

    expect(commands.written('sessions')).toBe(3);
    const document = await sessions().findOne({ userId: user });
    expect(document?.lastSeenAt).toEqual(new Date(startedAt + 3 * hour));
    expect(document?.expires).toEqual(new Date(startedAt + 3 * hour + 14 * day));
    expect(document?.createdAt).toEqual(new Date(startedAt));
  });

  test('what the TTL index sweeps by never lies behind the absolute end', async () => {
    const { handler, clock } = start();
    const client = browser(handler);
    const { user } = (await client.post('/enter')).json();
    const startedAt = clock.now;

    for (const days of [10, 20, 29]) {
      clock.now = startedAt + days * day;
      await client.get('/who');
    }

    const document = await sessions().findOne({ userId: user });
    expect(document?.expires).toEqual(new Date(startedAt + 30 * day));
  });

  test('a session in use lives on, where the setting would write its use down too seldom', async () => {
    const { handler, clock } = start({ SESSION_IDLE_SECONDS: '100', SESSION_TOUCH_SECONDS: '3600' });
    const client = browser(handler);
    await client.post('/enter');

    for (let round = 0; round < 20; round += 1) {
      clock.now += 49 * second;
      expect((await client.get('/who')).status).toBe(200);
    }
  });

  test('with SESSION_TOUCH_SECONDS=0 every use is written down', async () => {
    const { handler, clock, commands } = start({ SESSION_TOUCH_SECONDS: '0' });
    const client = browser(handler);
    await client.post('/enter');
    commands.clear();

    for (let round = 0; round < 3; round += 1) {
      clock.now += 1;
      await client.get('/who');
    }

    expect(commands.written('sessions')).toBe(3);
  });

  test('a change of the session is one write, with no second one for its use', async () => {
    const { handler, clock, commands } = start();
    const client = browser(handler);
    await client.post('/enter');
    clock.now += 1000;
    commands.clear();

    await client.post('/count/visits');

    expect(commands.names()).toEqual(['sessions.aggregate', 'sessions.update']);
  });

  test('whenever it is used, a session is live as long as the settings say (property)', async () => {
    const settings = fc.record({
      idle: fc.integer({ min: 2, max: 100 }),
      absolute: fc.integer({ min: 2, max: 200 }),
      touch: fc.integer({ min: 0, max: 100 }),
    });
    const pauses = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 });

    await fc.assert(
      fc.asyncProperty(settings, pauses, async ({ idle, absolute, touch }, steps) => {
        const { handler, clock, end } = start({
          SESSION_IDLE_SECONDS: String(idle),
          SESSION_ABSOLUTE_SECONDS: String(absolute),
          SESSION_TOUCH_SECONDS: String(touch),
        });
        const client = browser(handler);
        await client.post('/enter');
        // Only the clock of the test counts here, not the browser's.
        const cookies = client.cookies.all();
        const startedAt = clock.now;
        let usedAt = startedAt;
        let live = true;

        for (const step of steps) {
          clock.now += step * second;
          const { status } = await browser(handler).get('/who', { cookies });

          const pause = clock.now - usedAt;
          if (clock.now - startedAt >= absolute * second || pause >= idle * second) live = false;
          const sureSeconds = idle - Math.min(touch, idle / 2);
          if (!live) expect(status).toBe(401);
          else if (pause < sureSeconds * second) expect(status).toBe(200);
          if (status === 401) break;
          usedAt = clock.now;
        }
        await end();
      }),
      { numRuns: 60 },
    );
  });
});
