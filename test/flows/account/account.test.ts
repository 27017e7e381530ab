import { describe, expect, test } from 'vitest';
import { eventSources } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { person, signedUp } from '../../support/person.ts';

const { start } = testInstances('account');

describe.each(eventSources)('over $name', (source) => {
  test('the account is shown, and its name changed and taken away', async () => {
    const ada = await signedUp({ instance: start(), source });

    const shown = await ada.account.get('/account');
    const named = await ada.account.patch('/account', { name: '  Ada Lovelace ' });
    const unnamed = await ada.account.patch('/account', { name: null });

    expect(shown.status).toBe(200);
    expect(shown.json()).toEqual({
      user: {
        id: expect.any(String),
        email: ada.email,
        name: null,
        emailVerified: false,
        createdAt: expect.stringMatching(/Z$/),
        roles: [],
      },
    });
    expect(named.json().user).toEqual({ ...shown.json().user, name: 'Ada Lovelace' });
    expect(unnamed.json().user.name).toBeNull();
    expect((await ada.auth.get('/auth/session')).json().user.name).toBeNull();
  });
});

test('every route asks for a session first, and says nothing else without one', async () => {
  const { account } = person({ instance: start() });

  for (const answer of [
    await account.get('/account'),
    await account.patch('/account', { name: 'x' }),
    await account.put('/account/language', { language: 'fr' }),
    await account.post('/account/password', { wrong: true }),
    await account.post('/account/email', {}),
    await account.delete('/account', {}),
    await account.get('/account/export'),
    await account.get('/account/activity?limit=0'),
  ])
    expect(answer.json()).toMatchObject({ status: 401, code: 'not_signed_in' });
});

test.each([
  [{}],
  [{ name: '' }],
  [{ name: 7 }],
  [{ name: 'x'.repeat(101) }],
  [{ name: 'Ada', email: 'e@x.test' }],
])('a name that is none is refused: %o', async (body) => {
  const ada = await signedUp({ instance: start() });

  const answer = await ada.account.patch('/account', body);

  expect(answer.json()).toMatchObject({ status: 422, code: 'invalid_request' });
});

test('other methods are answered 405 with what the address takes', async () => {
  const ada = await signedUp({ instance: start() });

  const answer = await ada.account.post('/account', {});

  expect(answer.status).toBe(405);
  expect(answer.headers.get('allow')).toBe('GET, PATCH, DELETE, HEAD, OPTIONS');
});
