import { describe, expect, test } from 'vitest';
import { deviceName } from '../../../lib/flows/shared/device-name.ts';
import { testClock } from '../../support/clock.ts';
import { watchCommands } from '../../support/commands.ts';
import { testStore } from '../../support/database.ts';
import { eventSources } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { type Person, person, signedUp } from '../../support/person.ts';

const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0';
const safari =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';

const { database, start } = testInstances('devices');

const userIdOf = async ({ auth }: Person): Promise<string> =>
  (await auth.get('/auth/session')).json().user.id;

const sessions = () => database.db().collection('sessions');

describe.each(eventSources)('over $name', (source) => {
  test('ASVS 7.5.2: users list their sessions and end one, the others, or all', async () => {
    const instance = start();
    const desk = await signedUp({ instance, source, userAgent: firefox });
    const phone = desk.elsewhere({ userAgent: safari, ip: '198.51.100.4' });
    const tablet = desk.elsewhere();
    await phone.signIn();
    await tablet.signIn();

    const listed = (await desk.sessions.get('/sessions')).json().sessions;
    expect(listed).toHaveLength(3);
    expect(listed.map(({ current }: { current: boolean }) => current)).toContain(true);
    const [onPhone] = listed.filter(({ ip }: { ip: string }) => ip === '198.51.100.4');
    expect(onPhone).toEqual({
      id: expect.any(String),
      current: false,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      lastSeenAt: expect.stringMatching(/Z$/),
      expiresAt: expect.stringMatching(/Z$/),
      ip: '198.51.100.4',
      userAgent: 'Safari 17 on iOS',
    });

    expect((await desk.sessions.delete(`/sessions/${onPhone.id}`)).status).toBe(204);
    expect(await phone.status()).toBe(401);
    expect((await desk.sessions.delete(`/sessions/${onPhone.id}`)).json()).toMatchObject({
      status: 404,
      code: 'not_found',
    });

    expect((await desk.sessions.delete('/sessions')).status).toBe(204);
    expect(await tablet.status()).toBe(401);
    expect(await desk.status()).toBe(200);

    await tablet.signIn();
    const all = await desk.sessions.delete('/sessions?all=true');
    expect(all.status).toBe(204);
    expect(all.cookies.join()).toMatch(/session_auth=;/);
    expect(await desk.status()).toBe(401);
    expect(await tablet.status()).toBe(401);
  });
});

describe('the list', () => {
  test('has the newest use first and marks the session that asks', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now, environment: { SESSION_TOUCH_SECONDS: '60' } });
    const desk = await signedUp({ instance, userAgent: firefox });
    clock.pass(10);
    const phone = desk.elsewhere({ userAgent: safari });
    await phone.signIn();
    clock.pass(100);
    await desk.status();
    clock.pass(5);

    const [first, second, ...others] = (await phone.sessions.get('/sessions')).json().sessions;

    expect(first).toMatchObject({ current: true, userAgent: 'Safari 17 on iOS' });
    expect(second).toMatchObject({ current: false, userAgent: 'Firefox 128 on Windows' });
    expect(others).toEqual([]);
  });

  test('shows no session that is over, whatever the TTL index has swept', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now, environment: { SESSION_IDLE_SECONDS: '1000' } });
    const desk = await signedUp({ instance });
    const phone = desk.elsewhere();
    await phone.signIn();
    clock.pass(900);
    await desk.status();
    clock.pass(200);

    const listed = (await desk.sessions.get('/sessions')).json().sessions;

    expect(listed.map(({ current }: { current: boolean }) => current)).toEqual([true]);
    expect(await sessions().countDocuments({ userId: await userIdOf(desk) })).toBe(2);
  });

  test('is read by the index on the user, without a scan', async ({ skip }) => {
    if (testStore() !== 'mongodb') return skip('only MongoDB is asked to explain');
    const instance = start({ mongoOptions: { monitorCommands: true } });
    const desk = await signedUp({ instance });
    await desk.elsewhere().signIn();
    await signedUp({ instance });
    const commands = watchCommands(instance);

    await desk.sessions.get('/sessions');

    const asked = commands.of('sessions', 'find').map(({ command }) => command);
    const [find] = asked.filter(({ filter }) => 'userId' in filter);
    const explained = await sessions()
      .find(find!.filter)
      .sort(find!.sort)
      .explain('executionStats')
      .catch((error) => skip(error.code === 59, 'this server does not explain'));
    expect(explained?.executionStats).toMatchObject({ nReturned: 2, totalDocsExamined: 2 });
  });

  test('costs one read beyond the one of the session, and no write', async () => {
    const instance = start({ mongoOptions: { monitorCommands: true } });
    const desk = await signedUp({ instance });
    const commands = watchCommands(instance);

    await desk.sessions.get('/sessions');

    expect(commands.names()).toEqual(['sessions.aggregate', 'sessions.find']);
  });

  test('has address and device of the last use that was written down, by the same write', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now, mongoOptions: { monitorCommands: true } });
    const desk = await signedUp({ instance, ip: '203.0.113.1', userAgent: firefox });
    const commands = watchCommands(instance);
    const moved = person({ instance, cookies: desk.cookies, ip: '203.0.113.2', userAgent: safari });

    await moved.status();
    expect(commands.writes()).toEqual([]);
    clock.pass(3700);
    await moved.status();

    expect(commands.writes()).toHaveLength(1);
    const [listed] = (await moved.sessions.get('/sessions')).json().sessions;
    expect(listed).toMatchObject({ ip: '203.0.113.2', userAgent: 'Safari 17 on iOS' });
  });
});

test.each([
  [firefox, 'Firefox 128 on Windows'],
  [safari, 'Safari 17 on iOS'],
  ['curl/8.5.0', 'curl/8.5.0'],
  ['', null],
  [null, null],
  ['x'.repeat(1000), 'x'.repeat(80)],
])('reads a User-Agent: %s', (userAgent, name) => {
  expect(deviceName(userAgent)).toBe(name);
});
