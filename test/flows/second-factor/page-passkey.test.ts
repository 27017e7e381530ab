import { describe, expect, test } from 'vitest';
import { passkeyScript } from '../../../lib/flows/shared/passkey-script.ts';
import { Authenticator } from '../../support/authenticator.ts';
import { form, hidden, html } from '../../support/browse.ts';
import { testClock } from '../../support/clock.ts';
import { eventSources, type TestAnswer } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { optionsFor, withPasskey } from '../../support/passkey.ts';
import { type Person, person, signedUp } from '../../support/person.ts';
import { codeOf, withApp } from '../../support/totp.ts';

const { start } = testInstances('page passkey');

const locationOf = (answer: TestAnswer) => [answer.status, answer.headers.get('location')];

/** What a browser does with the pages, in front of which somebody sits. */
const get = ({ pages }: Person, path: string, query: [string, string][] = []) =>
  pages.get(path, { headers: html, query });
const post = ({ pages }: Person, path: string, fields: Record<string, string>) =>
  pages.post(path, new URLSearchParams(fields).toString(), { headers: { ...html, ...form } });

/** What the script puts into a form: an answer to options that it has asked for. */
async function shown({ auth }: Person, path: string, authenticator: Authenticator, lie = {}) {
  return JSON.stringify(authenticator.sign(await optionsFor(auth, path), lie));
}
const alone = '/auth/passkey/options';
const second = '/auth/second-factor/passkey-options';

/** The same of a passkey that is made. */
const made = async ({ account }: Person, authenticator: Authenticator) =>
  JSON.stringify(authenticator.register(await optionsFor(account, '/account/passkeys/options')));

const codesOn = (body: string) => new Set(body.match(/[A-Z2-7]{4}(-[A-Z2-7]{4}){3}/g));

const namesOn = (body: string) => [...body.matchAll(/<h3>([^<]*)/g)].map(([, name]) => name);

/** Somebody who has just added a passkey. */
async function passkeyUser() {
  const { ada, ...rest } = await member();
  const authenticator = await withPasskey(ada);
  return { ada, authenticator, ...rest };
}

async function member(options: Partial<Parameters<typeof person>[0]> = {}) {
  const clock = testClock();
  const instance = options.instance ?? start({ now: clock.now });
  const ada = await signedUp({ ...options, instance });
  return { clock, instance, ada };
}

/** The policy of a page, by its directives. */
const policyOf = ({ headers }: TestAnswer) =>
  Object.fromEntries(
    (headers.get('content-security-policy') ?? '')
      .split('; ')
      .map((each) => each.split(/ (.*)/s).slice(0, 2)),
  );

describe.each(eventSources)('over $name', (source) => {
  test('the sign-in page takes a passkey, and goes on to where one wanted', async () => {
    const { clock, ada } = await member({ source });
    const authenticator = await withPasskey(ada);
    clock.pass(60);
    const there = ada.elsewhere();
    const page = await get(there, '/sign-in', [['next', '/devices']]);
    const passkeyForm = page.body.slice(page.body.indexOf('data-passkey'));
    expect(hidden(passkeyForm, 'next')).toBe('/devices');

    const passkey = await shown(there, alone, authenticator);
    const answer = await post(there, '/sign-in', { form: 'passkey', passkey, next: '/devices' });

    expect(locationOf(answer)).toEqual([303, '/devices']);
    expect((await there.auth.get('/auth/session')).json().session).toMatchObject({
      assurance: 2,
      methods: [{ method: 'passkey' }],
    });
  });

  test('the security page adds a passkey and shows the codes once, renames it and removes it', async () => {
    const { ada } = await member({ source });
    const authenticator = new Authenticator({ isBackedUp: true });
    const credential = await made(ada, authenticator);

    const added = await post(ada, '/security', { form: 'add_passkey', name: 'Blue key', credential });
    expect([added.status, codesOn(added.body).size]).toEqual([200, 10]);
    expect(added.body).toContain('If the passkey is lost, one of these lets you in.');
    expect(added.body).not.toContain('<script');
    const page = await get(ada, '/security');
    expect(namesOn(page.body)).toEqual(['Blue key']);
    expect(page.body).toMatch(/Blue key<span class="tag">synced<\/span>/);
    expect(page.body).toContain('not used yet');
    expect(page.body).toContain('10 left');
    const rename = { form: 'rename_passkey', id: authenticator.id, name: 'Red <key>' };
    expect(locationOf(await post(ada, '/security', rename))).toEqual([303, '/security']);
    const renamed = await get(ada, '/security');
    expect(renamed.body).toContain('The name is saved.');
    expect(namesOn(renamed.body)).toEqual(['Red &lt;key>']);
    const remove = { form: 'remove_passkey', id: authenticator.id };
    expect(locationOf(await post(ada, '/security', remove))).toEqual([303, '/security']);

    const { body } = await get(ada, '/security');
    expect(body).toContain('The passkey is removed, and every other session has ended.');
    expect(namesOn(body)).toEqual([]);
    expect(body).not.toContain('Recovery codes');
  });
});

describe('the sign-in page', () => {
  test('has the form of a passkey, hidden until the script shows it, and lets in that script alone', async () => {
    const answer = await get(person({ instance: start() }), '/sign-in');

    expect(answer.body).toMatch(/<form[^>]* action="\/sign-in"[^>]* hidden[^>]* data-passkey="get"/);
    expect(answer.body).toContain('autocomplete="username webauthn"');
    expect(answer.body.match(/<script[^>]*>/g)).toEqual([
      `<script src="${passkeyScript.path}" integrity="${passkeyScript.integrity}" defer>`,
    ]);
    expect(policyOf(answer)).toMatchObject({
      'default-src': "'none'",
      'script-src': `'${passkeyScript.integrity}' http://localhost:3000${passkeyScript.path}`,
      'connect-src': "'self'",
      'form-action': "'self'",
    });
    expect(answer.headers.get('content-security-policy')).not.toContain('unsafe');
  });

  test('forgets a passkey’s session with the browser, where one has ticked that', async () => {
    const { clock, ada } = await member();
    const authenticator = await withPasskey(ada);
    clock.pass(60);

    for (const [remember, kept] of [
      [{}, true],
      [{ remember: 'false' }, false],
    ] as const) {
      const there = ada.elsewhere();
      const passkey = await shown(there, alone, authenticator);
      const { cookies } = await post(there, '/sign-in', { form: 'passkey', passkey, ...remember });
      const [cookie] = cookies.filter((line) => line.startsWith('session_auth='));
      expect([kept, cookie?.includes('Max-Age')]).toEqual([kept, kept]);
    }
  });

  test('says what is wrong with a passkey, beside its own form, and shows nothing of it', async () => {
    const { ada } = await member();
    const authenticator = await withPasskey(ada);
    const there = ada.elsewhere();
    const passkey = await shown(there, alone, authenticator, { userVerified: false });

    const wrong = await post(there, '/sign-in', { form: 'passkey', passkey, remember: 'false' });

    expect([wrong.status, wrong.cookies]).toEqual([401, []]);
    expect(wrong.body).toContain('id="passkey-problem"');
    expect(wrong.body).toContain('The passkey was not accepted. Try again, or take another way.');
    expect(wrong.body).not.toContain('id="sign-in-problem"');
    expect(wrong.body).not.toContain(authenticator.id);
    expect(wrong.body).toMatch(/name="remember"[^>]* checked/);
    const { body, status } = await post(there, '/sign-in', { form: 'passkey', passkey: '{"a":1}' });
    expect([status, body.includes('id="passkey-problem"')]).toEqual([422, true]);
    expect((await post(there, '/sign-in', { form: 'passkey', passkey: 'none' })).body).toContain(
      'Passkey must be JSON.',
    );
    expect((await post(there, '/sign-in', { form: 'other' })).status).toBe(422);
  });

  test('takes the password from a form that does not say which it is, and from one that does', async () => {
    const { instance, ada } = await member();
    const fields = { email: ada.email, password: ada.password };

    expect(locationOf(await post(ada.elsewhere(), '/sign-in', fields))).toEqual([303, '/']);
    expect(locationOf(await post(ada.elsewhere(), '/sign-in', { form: 'password', ...fields }))).toEqual([
      303,
      '/',
    ]);
    const wrong = await post(person({ instance }), '/sign-in', { ...fields, password: 'wrong' });
    expect([wrong.status, wrong.body.includes('id="sign-in-problem"')]).toEqual([401, true]);
    expect(wrong.body).not.toContain('id="passkey-problem"');
  });
});

describe('the page of a second factor', () => {
  test('asks for a passkey alone where there is no app, and says what to do without one', async () => {
    const { ada, authenticator } = await passkeyUser();
    const there = ada.elsewhere();
    const enter = { email: ada.email, password: ada.password, next: '/devices' };
    expect(locationOf(await post(there, '/sign-in', enter))).toEqual([303, '/second-factor?next=%2Fdevices']);

    const page = await get(there, '/second-factor', [['next', '/devices']]);
    expect(page.body).toMatch(
      /<form[^>]* hidden[^>]* data-passkey="get" data-options="\/auth\/second-factor/,
    );
    expect(page.body).not.toContain('name="code"');
    expect(page.body).toContain('Without one, use a recovery code.');
    expect(page.body).toContain('Your passkey is not at hand?');
    expect(page.body).toContain(`src="${passkeyScript.path}"`);
    const lie = { counter: 0, signature: () => Buffer.from('wrong') };
    const bad = {
      form: 'passkey',
      passkey: await shown(there, second, authenticator, lie),
      next: '/devices',
    };
    const wrong = await post(there, '/second-factor', bad);
    expect(wrong.status).toBe(401);
    expect(wrong.body).toContain('Passkey was not accepted.');
    expect(hidden(wrong.body, 'next')).toBe('/devices');
    const passkey = await shown(there, second, authenticator);
    const right = await post(there, '/second-factor', { form: 'passkey', passkey, next: '/devices' });

    expect(locationOf(right)).toEqual([303, '/devices']);
    expect((await there.auth.get('/auth/session')).json().session).toMatchObject({ assurance: 2 });
  });

  test('takes a recovery code in the place of a passkey', async () => {
    const { ada } = await member();
    const { recoveryCodes } = await withPasskey(ada);
    const there = ada.elsewhere();
    await post(there, '/sign-in', { email: ada.email, password: ada.password });

    const answer = await post(there, '/second-factor', {
      form: 'recovery_code',
      recoveryCode: recoveryCodes[0] ?? '',
    });

    expect(locationOf(answer)).toEqual([303, '/']);
  });

  test('offers both, where there are both', async () => {
    const { ada, clock } = await passkeyUser();
    await withApp(ada, clock);
    const there = ada.elsewhere();
    await post(there, '/sign-in', { email: ada.email, password: ada.password });

    const { body } = await get(there, '/second-factor');

    expect(body).toContain('name="code"');
    expect(body).toContain('data-passkey="get"');
    expect(body).toContain('Neither is at hand?');
    expect(body).not.toContain('Without one, use a recovery code.');
  });

  test('has no script for who has no passkey', async () => {
    const { ada, clock } = await member();
    await withApp(ada, clock);
    const there = ada.elsewhere();
    await post(there, '/sign-in', { email: ada.email, password: ada.password });

    for (const answer of [await get(there, '/second-factor'), await get(ada, '/reauthenticate')]) {
      expect(answer.status).toBe(200);
      expect(answer.body).not.toMatch(/<script|data-passkey/);
      expect(policyOf(answer)).not.toHaveProperty('script-src');
      expect(policyOf(answer)).not.toHaveProperty('connect-src');
    }
  });
});

describe('who has to show anew who they are', () => {
  test('shows a passkey, finds the name that was typed, and can go on', async () => {
    const { ada, authenticator, clock } = await passkeyUser();
    clock.pass(600);

    // Where the script is told that it may not begin, it sends the form as it is.
    const early = await post(ada, '/security', { form: 'add_passkey', name: 'Second key' });
    expect(locationOf(early)).toEqual([303, '/reauthenticate?next=%2Fsecurity']);
    const page = await get(ada, '/reauthenticate', [['next', '/security']]);
    expect(page.body).toContain('data-passkey="get"');
    expect(page.body).not.toContain('name="currentPassword"');
    const passkey = await shown(ada, second, authenticator);
    const shownAnew = await post(ada, '/reauthenticate', { form: 'passkey', passkey, next: '/security' });
    expect(locationOf(shownAnew)).toEqual([303, '/security']);

    expect((await get(ada, '/security')).body).toMatch(/name="name"[^>]* value="Second key"/);
    expect(locationOf(await post(ada, '/security', { form: 'add_passkey' }))).toEqual([303, '/security']);
    const credential = await made(ada, new Authenticator());
    expect(locationOf(await post(ada, '/security', { form: 'add_passkey', credential }))).toEqual([
      303,
      '/security',
    ]);
    expect((await get(ada, '/security')).body).toContain('The passkey is added.');
  });

  test.each([
    ['remove_passkey', (id: string) => ({ id })],
    ['remove_password', () => ({})],
    ['add_passkey', (_id: string, credential: string) => ({ credential })],
  ])('is led there by %s, and nothing of a passkey is kept meanwhile', async (name, fields) => {
    const { ada, authenticator, clock } = await passkeyUser();
    const credential = await made(ada, new Authenticator());
    clock.pass(600);

    const answer = await post(ada, '/security', { form: name, ...fields(authenticator.id, credential) });

    expect(locationOf(answer)).toEqual([303, '/reauthenticate?next=%2Fsecurity']);
    const kept = answer.cookies.find((line) => line.startsWith('typed='))?.slice('typed='.length) ?? '';
    expect(Buffer.from(kept, 'base64url').toString()).not.toContain('attestationObject');
    expect(namesOn((await get(ada, '/security')).body)).toHaveLength(1);
  });
});

describe('the security page', () => {
  test('says what is wrong with a passkey that is added, beside its form', async () => {
    const { ada } = await member();
    const authenticator = new Authenticator();
    const credential = await made(ada, authenticator);
    await post(ada, '/security', { form: 'add_passkey', credential });

    const again = await post(ada, '/security', { form: 'add_passkey', credential, name: 'Again' });
    expect(again.status).toBe(403);
    expect(again.body).toContain('id="add-passkey-problem"');
    expect(again.body.match(/The passkey was not accepted/g)).toHaveLength(1);
    expect(again.body).toMatch(/name="name"[^>]* value="Again"/);
    expect(again.body).not.toContain('attestationObject');
    const same = await post(ada, '/security', {
      form: 'add_passkey',
      credential: await made(ada, authenticator),
    });
    expect([same.status, same.body.includes('You have this passkey already.')]).toEqual([409, true]);
  });

  test('says what is wrong with a name in the form of that passkey, which is open then', async () => {
    const { ada, authenticator } = await passkeyUser();
    await withPasskey(ada);

    const wrong = await post(ada, '/security', { form: 'rename_passkey', id: authenticator.id, name: ' ' });

    expect(wrong.status).toBe(422);
    expect(wrong.body.match(/<details open/g)).toHaveLength(1);
    expect(wrong.body).toContain(`id="rename-${authenticator.id}-name-error"`);
    const gone = await post(ada, '/security', { form: 'remove_passkey', id: 'none' });
    expect([gone.status, gone.body.includes('You have no passkey of this id.')]).toEqual([404, true]);
  });

  test('lets the password go once a passkey works alone, says what that means, and takes it back', async () => {
    const { ada, instance, clock } = await member();
    const first = await withPasskey(ada, { isResident: false, verifiesUser: false });
    const early = await get(ada, '/security');
    expect(early.body).toContain('Once you have signed in with a passkey alone');
    expect(early.body).not.toContain('Remove the password');
    const refused = await post(ada, '/security', { form: 'remove_password' });
    expect(refused.status).toBe(409);
    expect(refused.body).toMatch(/role="alert"><p>Without it you could not sign in any more\./);
    const able = await withPasskey(ada);
    expect((await get(ada, '/security')).body).toContain('a mail lets you set a new password');

    expect(locationOf(await post(ada, '/security', { form: 'remove_password' }))).toEqual([303, '/security']);

    expect((await get(ada, '/security')).body).toContain('You sign in with a passkey alone.');
    const last = await post(ada, '/security', { form: 'remove_passkey', id: able.id });
    expect([last.status, last.body.includes('Without it you could not sign in any more.')]).toEqual([
      409,
      true,
    ]);
    expect((await post(ada, '/security', { form: 'remove_passkey', id: first.id })).status).toBe(303);
    const settings = await get(ada, '/settings');
    expect(settings.body).not.toContain('name="currentPassword"');
    expect(settings.body).toContain('Set a password');
    clock.pass(600);
    const set = { form: 'password', newPassword: 'quite another long password' };
    expect(locationOf(await post(ada, '/settings', set))).toEqual([303, '/reauthenticate?next=%2Fsettings']);
    const page = await get(ada, '/reauthenticate');
    expect(page.body).toContain('data-passkey="get"');
    expect(page.body).not.toContain('name="currentPassword"');
    await post(ada, '/reauthenticate', { form: 'passkey', passkey: await shown(ada, second, able) });
    expect(locationOf(await post(ada, '/settings', set))).toEqual([303, '/settings']);
    const there = person({ instance, email: ada.email });
    const enter = { email: ada.email, password: set.newPassword };
    expect(locationOf(await post(there, '/sign-in', enter))).toEqual([303, '/second-factor']);
  });

  test('adds an app whose buttons are pressed twice: nothing fails, and one app is there', async () => {
    const { ada, clock } = await member();
    const begin = () => post(ada, '/security', { form: 'add_app' });
    const begun = await Promise.all([begin(), begin()]);
    expect(begun.map(locationOf)).toEqual([
      [303, '/security/app'],
      [303, '/security/app'],
    ]);
    const { body } = await get(ada, '/security/app');
    const secret = /class="secret">([A-Z2-7 ]+)</.exec(body)?.[1]?.replaceAll(' ', '') ?? '';
    const confirm = { code: codeOf(secret, clock.now()) };

    const first = await post(ada, '/security/app', confirm);
    const again = await post(ada, '/security/app', confirm);

    expect([first.status, codesOn(first.body).size]).toEqual([200, 10]);
    expect(locationOf(again)).toEqual([303, '/security']);
    expect((await get(ada, '/security')).body).toContain('10 left');
    clock.pass(61);
    expect((await post(ada, '/security/app', confirm)).status).toBe(403);
  });

  test('of two factors says what each is for, and what comes of removing one', async () => {
    const { ada, clock } = await passkeyUser();
    await withApp(ada, clock);

    const both = (await get(ada, '/security')).body;
    expect(both).toContain('asks for a code of it, or for a passkey, after the password');
    expect(both).toContain('where the app or a passkey is lost');
    expect(both).not.toContain('the password alone lets you in');
    await post(ada, '/security', { form: 'remove_app' });

    const { body } = await get(ada, '/security');
    expect(body).toContain(
      'If you remove it, the password alone lets you in, and every other device is signed out.',
    );
    expect(body).toContain('10 left');
    expect(body).toContain('where a passkey is lost');
  });
});
