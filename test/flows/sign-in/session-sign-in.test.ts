import { describe, expect, test } from 'vitest';
import { byPassword } from '../../../lib/flows/shared/way-in.ts';
import { createClient, eventSource, eventSources } from '../../support/events.ts';
import { browser } from '../../support/session-app.ts';
import { type SessionInstance, sessionInstances } from '../../support/session-instances.ts';
import { sessionData } from '../../support/session-routes.ts';

const { database, start } = sessionInstances('session_sign_in');
const sessions = () => database.db().collection('sessions');
const password = 'correct horse battery staple';

const newEmail = () => `${crypto.randomUUID()}@example.com`;

describe.each(eventSources)('over $name', (source) => {
  test('ASVS 7.2.4: a new id at sign-in, the old one dead, and nothing of it taken along', async () => {
    const { handler } = start();
    const client = createClient(handler, source);
    const account = { email: newEmail(), password };
    await client.post('/auth/sign-up', account);
    await client.post('/count/visits');
    const old = client.cookies.get('session_auth')!;

    const answer = await client.post('/auth/sign-in', account);

    expect(answer.status).toBe(200);
    expect(client.cookies.get('session_auth')).not.toBe(old);
    expect((await client.get('/data')).json()).toEqual({});
    const stale = createClient(handler, source);
    stale.cookies.set('session_auth', old);
    expect((await stale.get('/auth/session')).status).toBe(401);
    expect(await sessions().countDocuments({ userId: answer.json().user.id })).toBe(1);
  });

  test('SM: a visitor keeps no id at sign-in that somebody else may know', async () => {
    const { handler } = start();
    const attacker = createClient(handler, source);
    await attacker.post('/count/visits');
    const planted = attacker.cookies.get('session_auth')!;
    const victim = createClient(handler, source);
    victim.cookies.set('session_auth', planted);

    await victim.post('/auth/sign-up', { email: newEmail(), password });

    expect(victim.cookies.get('session_auth')).not.toBe(planted);
    expect((await attacker.get('/auth/session')).status).toBe(401);
  });

  test('a request that finds its session gone while saving is not signed in, its cookie cleared', async () => {
    const { handler, act } = start();
    const client = createClient(handler, source);
    const { user } = (await client.post('/enter')).json();

    const answer = await act(client, async (req) => {
      await sessions().deleteMany({ userId: user });
      sessionData(req).late = true;
    });

    expect(answer.status).toBe(401);
    expect(answer.json().code).toBe('not_signed_in');
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.cookies).toHaveLength(1);
    expect(Object.keys(client.cookies.all())).toEqual(['session_auth_device']);
    expect(await sessions().countDocuments({ userId: user })).toBe(0);
  });
});

describe('what a session holds', () => {
  test('the user, when and how they signed in, the device; no profile and no hash', async () => {
    const { handler } = start();
    const client = createClient(handler, eventSource('HTTP API, payload 2.0'), {
      ip: '203.0.113.9',
      userAgent: 'Browser/1.0',
    });
    const account = { email: newEmail(), password, name: 'Ada Lovelace' };
    const { user, session } = (await client.post('/auth/sign-up', account)).json();

    const stored = await sessions().find({ userId: user.id }).toArray();

    expect(stored).toEqual([
      {
        _id: session.id,
        userId: user.id,
        createdAt: expect.any(Date),
        lastSeenAt: expect.any(Date),
        expires: expect.any(Date),
        signedIn: {
          methods: [{ method: 'password', at: expect.any(Date) }],
          assurance: 1,
          authenticatedAt: expect.any(Date),
          credentialsVersion: expect.any(Number),
          ip: '203.0.113.9',
          userAgent: 'Browser/1.0',
        },
        session: {},
      },
    ]);
    const text = JSON.stringify(stored);
    for (const secret of [account.email, 'Ada', password, '$2b$', client.cookies.get('session_auth')!])
      expect(text).not.toContain(secret);
  });

  test('two devices have a session each, and sign out one by one', async () => {
    const { handler } = start();
    const account = { email: newEmail(), password };
    const [phone, desk] = [browser(handler), browser(handler)];
    await phone.post('/auth/sign-up', account);
    await desk.post('/auth/sign-in', account);

    await phone.post('/auth/sign-out');

    expect((await phone.get('/auth/session')).status).toBe(401);
    expect((await desk.get('/auth/session')).status).toBe(200);
  });

  test('an application cannot sign anybody in by what it puts into the session', async () => {
    const { handler, act } = start();
    const victim = browser(handler);
    const { user } = (await victim.post('/enter')).json();
    const forged = { signedIn: { userId: user, method: 'password', authenticatedAt: new Date() } };
    const [fresh, stored, other] = [browser(handler), browser(handler), browser(handler)];
    await stored.post('/count/visits');
    const { user: otherUser } = (await other.post('/enter')).json();

    for (const client of [fresh, stored, other])
      await act(client, (req) => void Object.assign(req.session, forged)).catch(() => undefined);

    expect((await fresh.get('/who')).status).toBe(401);
    expect((await stored.get('/who')).status).toBe(401);
    expect((await other.get('/who')).json()).toEqual({ user: otherUser });
  });
});

describe('a sign-in that races with a change of credentials', () => {
  /** Signs a new user in, with something done between the check of the password and the session. */
  async function signInDuring(
    { services, handler, act }: SessionInstance,
    change: (userId: string) => Promise<unknown>,
  ) {
    const client = browser(handler);
    let userId = '';
    const answer = await act(client, async (req) => {
      const fields = { email: newEmail(), name: null, passwordHash: 'none', createdAt: new Date() };
      const { credentials, store } = await services.users.draft(fields);
      await store();
      userId = credentials.user.id;
      await change(userId);
      await services.sessions.complete(req, { credentials, ...byPassword });
    });
    return { answer, client, userId };
  }

  const users = () => database.db().collection<{ _id: string }>('users');

  test.each([
    ['changed', (id: string) => users().updateOne({ _id: id }, { $inc: { credentialsVersion: 1 } })],
    ['deleted with their user', (id: string) => users().deleteOne({ _id: id })],
  ])('credentials %s meanwhile: 401, no cookie and no session', async (_name, change) => {
    const { answer, client, userId } = await signInDuring(start(), change);

    expect(answer.status).toBe(401);
    expect(answer.json().code).toBe('invalid_credentials');
    expect(answer.cookies).toEqual([]);
    expect((await client.get('/who')).status).toBe(401);
    expect(await sessions().countDocuments({ userId })).toBe(0);
  });

  test('credentials unchanged: signed in', async () => {
    const { answer, client, userId } = await signInDuring(start(), async () => undefined);

    expect(answer.status).toBe(200);
    expect((await client.get('/who')).json()).toEqual({ user: userId });
  });
});
