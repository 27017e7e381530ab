import { describe, expect, test } from 'vitest';
import { passkeyScript } from '../../../lib/flows/shared/passkey-script.ts';
import type { Authenticator } from '../../support/authenticator.ts';
import { form, hidden, html } from '../../support/browse.ts';
import { testClock } from '../../support/clock.ts';
import { eventSources, type TestAnswer } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { optionsFor, withPasskey } from '../../support/passkey.ts';
import { type Person, person, signedUp } from '../../support/person.ts';

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

async function member(options: Partial<Parameters<typeof person>[0]> = {}) {
  const clock = testClock();
  const instance = options.instance ?? start({ now: clock.now });
  const ada = await signedUp({ ...options, instance });
  return { clock, instance, ada };
}

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
});

/** The policy of a page, by its directives. */
const policyOf = ({ headers }: TestAnswer) =>
  Object.fromEntries(
    (headers.get('content-security-policy') ?? '')
      .split('; ')
      .map((each) => each.split(/ (.*)/s).slice(0, 2)),
  );

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
