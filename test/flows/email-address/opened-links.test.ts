import { describe, expect, test } from 'vitest';
import { browse, hidden, newAddress, password, signedUp, tokenMailedTo } from '../../support/browse.ts';
import { testClock } from '../../support/clock.ts';
import type { Instance } from '../../support/instance.ts';
import { testInstances } from '../../support/instances.ts';

const { start } = testInstances('opened_links');

const newPassword = 'quite another long password';
type Browser = ReturnType<typeof browse>;
type Member = Awaited<ReturnType<typeof signedUp>>;

/** A kind of link: mailed to somebody, and what its form sends. */
interface Kind {
  page: string;
  fields: Record<string, string>;
  mailed(instance: Instance, ada: Member): Promise<string>;
  /** Where its form goes where nobody is signed in. */
  next: string;
  done: string;
}

const kinds: Record<string, Kind> = {
  'a reset': {
    page: '/reset-password',
    fields: { newPassword },
    mailed: async (instance, { email }) => {
      await browse(instance).post('/forgot-password', { email });
      return tokenMailedTo(instance, email);
    },
    next: '/sign-in',
    done: 'Your new password is set',
  },
  'a confirmation': {
    page: '/verify-email',
    fields: {},
    mailed: (instance, { email }) => tokenMailedTo(instance, email),
    next: '/sign-in',
    done: 'Your e-mail address is confirmed',
  },
  'an undo': {
    page: '/undo-email',
    fields: { newPassword },
    mailed: async (instance, { email, post }) => {
      await post('/verify-email', { token: await tokenMailedTo(instance, email) });
      const newEmail = newAddress();
      await post('/settings', { form: 'email', newEmail, currentPassword: password });
      await post('/verify-email', { token: await tokenMailedTo(instance, newEmail) });
      return tokenMailedTo(instance, email);
    },
    next: '/sign-in',
    done: 'Your old e-mail address is back',
  },
};

const headingIn = (body: string) => /<h1>([^<]*)<\/h1>/.exec(body)?.[1];
const open = ({ get }: Browser, { page }: Kind, token: string) => get(`${page}?token=${token}`);

describe.each(Object.entries(kinds))('the link of %s', (_name, kind) => {
  test('says whose account it is about, spends nothing when it is opened, and later says what it did', async () => {
    const instance = start();
    const ada = await signedUp(instance);
    const token = await kind.mailed(instance, ada);
    const visitor = browse(instance);

    for (let time = 0; time < 2; time += 1) {
      const { status, body } = await open(visitor, kind, token);
      expect(status).toBe(200);
      expect(body).toContain(`the account of <strong>${ada.email}</strong>`);
      expect(hidden(body, 'token')).toBe(token);
    }
    const used = await visitor.post(kind.page, { token, ...kind.fields });
    expect([used.status, used.headers.get('location')]).toEqual([303, kind.next]);
    await visitor.get(kind.next);

    const again = await open(visitor, kind, token);
    expect([again.status, headingIn(again.body)]).toEqual([200, kind.done]);
    expect(again.body).toContain(ada.email);
    expect(again.body).toContain('href="/sign-in"');
    expect(again.body).not.toContain('name="token"');
    // Whose button is pressed late is told the same, and no failure but that.
    const late = await visitor.post(kind.page, { token, ...kind.fields }, { ip: '192.0.2.8' });
    expect([late.status, headingIn(late.body)]).toEqual([400, kind.done]);
    expect(late.body).toContain('has been used');
  });

  test('that is pressed twice goes on as the first time', async () => {
    const [here, there] = [start(), start()];
    const token = await kind.mailed(here, await signedUp(here));

    const answers = await Promise.all(
      [here, there].map((instance) => browse(instance).post(kind.page, { token, ...kind.fields })),
    );

    for (const answer of answers)
      expect([answer.status, answer.headers.get('location')]).toEqual([303, kind.next]);
  });

  test('opened where somebody else is signed in says so, leaves them alone, and offers to sign in as the other', async () => {
    const instance = start();
    const ada = await signedUp(instance);
    const token = await kind.mailed(instance, ada);
    const eve = await signedUp(instance, { name: 'Eve' });
    const before = eve.client.cookies.get('session');

    const opened = await open(eve, kind, token);
    expect(opened.body).toContain(`the account of <strong>${ada.email}</strong>`);
    expect(opened.body).toContain(`You are signed in here as <strong>${eve.email}</strong>`);
    const used = await eve.post(kind.page, { token, ...kind.fields });
    expect([used.status, used.headers.get('location')]).toEqual([303, `${kind.page}?token=${token}`]);
    expect(used.cookies).toEqual([]);

    const told = await eve.get(used.headers.get('location') ?? '');
    expect(headingIn(told.body)).toBe(kind.done);
    expect(told.body).toContain(ada.email);
    const home = await eve.get('/');
    expect(home.body).toContain('Hello, Eve');
    expect(home.body).not.toContain('role="status"');
    expect(eve.client.cookies.get('session')).toBe(before);

    // Its button.
    expect(hidden(told.body, 'next')).toBe('/sign-in');
    const out = await eve.post('/sign-out', { next: '/sign-in' });
    expect([out.status, out.headers.get('location')]).toEqual([303, '/sign-in']);
    const after = 'newPassword' in kind.fields ? newPassword : password;
    const asAda = await eve.post('/sign-in', { email: ada.email, password: after });
    expect([asAda.status, asAda.headers.get('location')]).toEqual([303, '/']);
  });

  test('that is wrong, or over, says so when it is opened', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now });
    const token = await kind.mailed(instance, await signedUp(instance));
    const visitor = browse(instance);

    expect(headingIn((await open(visitor, kind, 'wrong')).body)).toBe('This link does not work any more');
    clock.pass(72 * 3600);
    const { body } = await open(visitor, kind, token);

    expect(headingIn(body)).toBe('This link does not work any more');
    expect(body).not.toContain('name="token"');
  });
});

test('a weak password brings the form of the link back', async () => {
  const instance = start();
  const kind = kinds['an undo']!;
  const ada = await signedUp(instance);
  const token = await kind.mailed(instance, ada);

  const weak = await browse(instance).post(kind.page, { token, newPassword: 'short' });

  expect(weak.status).toBe(422);
  expect(weak.body).toMatch(/id="undo-newPassword-error"/);
  expect(hidden(weak.body, 'token')).toBe(token);
  expect(weak.body).toContain(`autocomplete="username" value="${ada.email}"`);
});

test('a link that another change has ended says so when it is opened', async () => {
  const instance = start();
  const ada = await signedUp(instance);
  const token = await kinds['a reset']!.mailed(instance, ada);
  await ada.post('/settings', { form: 'password', currentPassword: password, newPassword });

  expect(headingIn((await open(browse(instance), kinds['a reset']!, token)).body)).toBe(
    'This link does not work any more',
  );
});

test('whom an unasked change is mailed to reads whose account would get their address', async () => {
  const instance = start();
  const attacker = await signedUp(instance);
  const victim = newAddress();
  await attacker.post('/settings', { form: 'email', newEmail: victim, currentPassword: password });

  const { body } = await open(
    browse(instance),
    kinds['a confirmation']!,
    await tokenMailedTo(instance, victim),
  );

  expect(body).toContain(`the account of <strong>${attacker.email}</strong>`);
  expect(body).toContain(`<strong>${victim}</strong>`);
});

test('who is signed in as the very one goes on home, and is told there', async () => {
  const instance = start();
  const ada = await signedUp(instance);
  const token = await tokenMailedTo(instance, ada.email);

  expect((await open(ada, kinds['a confirmation']!, token)).body).not.toContain('You are signed in here as');
  const used = await ada.post('/verify-email', { token });

  expect([used.status, used.headers.get('location')]).toEqual([303, '/']);
  expect((await ada.get('/')).body).toContain('Your e-mail address is confirmed.');
  expect((await open(ada, kinds['a confirmation']!, token)).body).toContain('>Continue</a>');
});

test('the address that one has is told at its field', async () => {
  const ada = await signedUp(start());

  const answer = await ada.post('/settings', {
    form: 'email',
    newEmail: ada.email,
    currentPassword: password,
  });

  expect(answer.status).toBe(409);
  expect(answer.body).toMatch(/id="email-newEmail-error">New e-mail address is the one that you have\./);
});

test('signing out goes nowhere but to pages of our own', async () => {
  const ada = await signedUp(start());

  for (const next of ['https://evil.test', '//evil.test', '/\\evil.test'])
    expect((await ada.post('/sign-out', { next })).headers.get('location')).toBe('/');
});
