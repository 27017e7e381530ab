import { describe, expect, test } from 'vitest';
import { testClock } from '../../support/clock.ts';
import { testInstances } from '../../support/instances.ts';
import { type Person, person, signedUp } from '../../support/person.ts';

const { database, start } = testInstances('ending_sessions');

const userIdOf = async ({ auth }: Person): Promise<string> =>
  (await auth.get('/auth/session')).json().user.id;

const sessions = () => database.db().collection('sessions');

describe('ending sessions', () => {
  test('ASVS 7.4.1: an ended session fails at its very next request, on every instance', async () => {
    const [here, there] = [start(), start()];
    const desk = await signedUp({ instance: here });
    const phone = desk.elsewhere({ instance: there });
    await phone.signIn();
    expect(await phone.status()).toBe(200);

    await desk.sessions.delete('/sessions');

    expect(await phone.status()).toBe(401);
    expect(await person({ instance: here, cookies: phone.cookies }).status()).toBe(401);
  });

  test("another user's session is not found, and lives on", async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    const eve = await signedUp({ instance });
    const [{ id }] = (await ada.sessions.get('/sessions')).json().sessions;

    expect((await eve.sessions.delete(`/sessions/${id}`)).status).toBe(404);
    await eve.sessions.delete('/sessions?all=true');

    expect(await ada.status()).toBe(200);
  });

  test('ending the current one by its id clears its cookie', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    const [{ id }] = (await ada.sessions.get('/sessions')).json().sessions;

    const answer = await ada.sessions.delete(`/sessions/${id}`);

    expect(answer.status).toBe(204);
    expect(answer.cookies.join()).toMatch(/session_auth=;/);
    expect(ada.cookies.get('session_auth')).toBeUndefined();
  });

  test('a request under way when its session is ended brings nothing back', async () => {
    const instance = start();
    const desk = await signedUp({ instance });
    const phone = desk.elsewhere();
    await phone.signIn();

    await Promise.all([
      desk.sessions.delete('/sessions'),
      ...Array.from({ length: 10 }, () => phone.status()),
    ]);

    expect(await phone.status()).toBe(401);
    expect((await desk.sessions.get('/sessions')).json().sessions).toHaveLength(1);
  });

  test('without a session every route answers 401', async () => {
    const nobody = person({ instance: start() });

    for (const answer of [
      await nobody.sessions.get('/sessions'),
      await nobody.sessions.delete('/sessions'),
      await nobody.sessions.delete('/sessions/some-id'),
    ])
      expect(answer.json()).toMatchObject({ status: 401, code: 'not_signed_in' });
  });

  test('odd ids and options are answered 4xx', async () => {
    const ada = await signedUp({ instance: start() });

    for (const path of [
      '/sessions/%00',
      '/sessions/$ne',
      '/sessions/__proto__',
      `/sessions/${'x'.repeat(500)}`,
    ]) {
      const { status } = await ada.sessions.delete(path);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    }
    expect((await ada.sessions.delete('/sessions?all=maybe')).json()).toMatchObject({
      code: 'invalid_request',
    });
    expect(await ada.status()).toBe(200);
  });
});

describe('ASVS 7.1.2: at most 50 live sessions of one user', () => {
  test('the one unused longest ends at the next sign-in', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now });
    const ada = await signedUp({ instance });
    const userId = await userIdOf(ada);
    const [template] = await sessions().find({ userId }).toArray();
    const others = Array.from({ length: 49 }, (_, n) => ({
      ...template!,
      _id: `other-${n}-of-${userId}`,
      lastSeenAt: new Date(clock.now().getTime() - 1000 * (49 - n)),
    }));
    await sessions().insertMany(others as never[]);
    clock.pass(60);

    expect((await ada.elsewhere().signIn()).status).toBe(200);

    const left = (await sessions().find({ userId }).toArray()).map(({ _id }) => String(_id));
    expect(left).toHaveLength(50);
    expect(left).not.toContain(`other-0-of-${userId}`);
    expect(await ada.status()).toBe(200);
  });

  test('sessions that are over do not count', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now });
    const ada = await signedUp({ instance });
    const userId = await userIdOf(ada);
    const [template] = await sessions().find({ userId }).toArray();
    const over = Array.from({ length: 60 }, (_, n) => ({
      ...template!,
      _id: `over-${n}-of-${userId}`,
      expires: new Date(clock.now().getTime() - 1000),
    }));
    await sessions().insertMany(over as never[]);

    await ada.elsewhere().signIn();

    expect(await ada.status()).toBe(200);
  });

  test('also when many sign in at once', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    const userId = await userIdOf(ada);
    const [template] = await sessions().find({ userId }).toArray();
    const others = Array.from({ length: 48 }, (_, n) => ({
      ...template!,
      _id: `busy-${n}-of-${userId}`,
      lastSeenAt: new Date(Date.now() - 100_000 + n),
    }));
    await sessions().insertMany(others as never[]);

    await Promise.all(Array.from({ length: 4 }, () => ada.elsewhere().signIn()));

    expect(await sessions().countDocuments({ userId })).toBe(50);
  });
});
