import expressSession from 'express-session';
import { describe, expect, test } from 'vitest';
import { regenerate } from '../../../lib/web/session/save.ts';
import { browser } from '../../support/session-app.ts';
import { cookieOf } from '../../support/session-cookie.ts';
import { sessionInstances } from '../../support/session-instances.ts';
import { keep, sessionData } from '../../support/session-routes.ts';

/** Nothing that a route does to `req.session.cookie` changes how long the cookie lives, or who may read it. */

const { start } = sessionInstances('session_cookie_settled');
const names = ({ attributes }: ReturnType<typeof cookieOf>) => attributes.map((each) => each.split('=')[0]);
const whole = ['Max-Age', 'Path', 'Expires', 'HttpOnly', 'SameSite'];

describe('a session that takes over what another one held', () => {
  const ways: [string, (next: object, old: object) => void][] = [
    ['Object.assign', (next, old) => Object.assign(next, old)],
    [
      "every key, as passport's keepSessionInfo does",
      (next, old) => {
        const [to, from] = [next, old] as Record<string, unknown>[];
        for (const key in from) to![key] = from![key];
      },
    ],
    ['a copy by JSON', (next, old) => Object.assign(next, JSON.parse(JSON.stringify(old)))],
    ['a shallow copy', (next, old) => Object.assign(next, { ...old })],
  ];

  test.each(ways)('%s: the new cookie lives as long as ever', async (_name, takeOver) => {
    for (const kind of ['stored', 'new']) {
      const { handler, act } = start();
      const client = browser(handler);
      if (kind === 'stored') await act(client, keep({ cart: [1] }));

      const answer = await act(client, async (req) => {
        const old = req.session;
        if (kind === 'new') sessionData(req).cart = [1];
        await regenerate(req);
        takeOver(req.session, old);
      });

      expect(names(cookieOf(answer))).toEqual(whole);
      expect(cookieOf(answer).attributes[0]).toBe('Max-Age=2592000');
      expect((await client.get('/data')).json()).toEqual({ cart: [1] });
    }
  });

  test('who was signed in is not taken over with it', async () => {
    const { handler, act } = start();
    const client = browser(handler);
    await client.post('/enter');

    await act(client, async (req) => {
      const old = req.session;
      await regenerate(req);
      Object.assign(req.session, old);
    });

    expect((await client.get('/who')).status).toBe(401);
  });
});

describe('a setting of the cookie', () => {
  const settings: [string, unknown][] = [
    ['maxAge', 60_000],
    ['maxAge', null],
    ['maxAge', 0],
    ['originalMaxAge', 60_000],
    ['expires', new Date(Date.now() + 60_000)],
    ['expires', false],
    ['path', '/admin'],
    ['domain', 'example.com'],
    ['httpOnly', false],
    ['secure', true],
    ['sameSite', 'none'],
  ];

  test.each(settings)('%s = %j throws, with the reason, and nothing is stored', async (name, value) => {
    const { handler, act, log } = start();
    const client = browser(handler);
    let reason: unknown;

    const answer = await act(
      client,
      (req) => {
        sessionData(req).step = 1;
        try {
          Reflect.set(req.session.cookie, name, value);
          Object.assign(req.session.cookie, { [name]: value });
        } catch (error) {
          reason = error;
          throw error;
        }
      },
      { expect5xx: true },
    );

    expect(String(reason)).toContain(`cookie's ${name} cannot be changed`);
    expect([answer.status, answer.cookies]).toEqual([500, []]);
    expect(log.map(({ fields }) => fields.code)).toContain('SESSION_COOKIE_IS_SETTLED');
  });

  test.each([
    {},
    'x',
    null,
    { maxAge: 1 },
    { originalMaxAge: null, path: '/admin' },
    new expressSession.Cookie(),
  ])('a whole other cookie (%j) throws', async (cookie) => {
    const { handler, act } = start();

    const answer = await act(browser(handler), keep({ step: 1, cookie }), { expect5xx: true });

    expect([answer.status, answer.cookies]).toEqual([500, []]);
  });

  test.each(['stored', 'new'])('what a %s session has may be given back', async (kind) => {
    const { handler, act } = start();
    const client = browser(handler);
    if (kind === 'stored') await act(client, keep({ step: 1 }));

    const answer = await act(client, (req) => {
      const { cookie } = req.session;
      const { originalMaxAge, maxAge, expires, path, httpOnly, secure, sameSite } = cookie;
      Object.assign(cookie, { originalMaxAge, maxAge, expires, path, httpOnly, secure, sameSite });
      Object.assign(cookie, cookie);
      req.session.touch().resetMaxAge();
      Object.assign(req.session, req.session);
      sessionData(req).step = 2;
      return { type: cookie instanceof expressSession.Cookie };
    });

    expect(answer.json()).toEqual({ type: true });
    if (kind === 'new') expect(names(cookieOf(answer))).toEqual(whole);
    else expect(answer.cookies).toEqual([]);
  });
});
