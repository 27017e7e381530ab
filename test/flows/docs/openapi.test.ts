import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, test } from 'vitest';
import { buildHandlers } from '../../../lib/dev/build.ts';
import { catalogue } from '../../../lib/flows/catalogue.ts';
import { openApiDocument } from '../../../lib/flows/docs/openapi.ts';
import { docsRoutes } from '../../../lib/flows/docs/routes.tsx';
import { exampleRoutes } from '../../../lib/flows/example/routes.ts';
import { healthRoutes } from '../../../lib/flows/health/routes.ts';
import { problemTable } from '../../../lib/flows/problems.ts';
import { sessionRoutes } from '../../../lib/flows/sessions/routes.ts';
import { passkeyScript } from '../../../lib/flows/shared/passkey-script.ts';
import { accountFunctionRoutes } from '../../../lib/functions/account.ts';
import { adminFunctionRoutes } from '../../../lib/functions/admin.ts';
import { authFunctionRoutes } from '../../../lib/functions/auth.ts';
import { pageRoutes } from '../../../lib/functions/pages.ts';
import { onlyAdministrators } from '../../support/administrators.ts';
import { Authenticator } from '../../support/authenticator.ts';
import { testClock } from '../../support/clock.ts';
import { testDatabase } from '../../support/database.ts';
import { driveTokens } from '../../support/drive-tokens.ts';
import { withEmailCode } from '../../support/email-code.ts';
import { createClient, eventSources, type TestAnswer } from '../../support/events.ts';
import type { Instance, InstanceOptions } from '../../support/instance.ts';
import { testInstances } from '../../support/instances.ts';
import {
  environmentOfAll,
  type LyingPerson,
  lyingClientId,
  nowSeconds,
  startLyingProvider,
} from '../../support/lying-provider.ts';
import { authorized, observeApi, operations, routesOf } from '../../support/observed-api.ts';
import { providerPerson } from '../../support/provider-visits.ts';
import { setRoles } from '../../support/roles.ts';
import { codeOf } from '../../support/totp.ts';

const { start: startWith } = testInstances('openapi');

/** With all ways in. */
const start = (options: Partial<InstanceOptions> = {}) =>
  startWith({ ...options, environment: { ...withEmailCode, ...options.environment } });

const stages = [
  {
    name: 'a deployed stage',
    publicUrl: 'https://auth.example.org',
    cookieName: '__Host-session',
    deployed: true,
    passwordMinLength: 15,
  },
  {
    name: 'dev',
    publicUrl: 'http://localhost:3000',
    cookieName: 'session_auth',
    deployed: false,
    passwordMinLength: 8,
  },
];

describe.each(stages)('the document of $name', (stage) => {
  const document = openApiDocument(stage);

  test('passes Redocly’s linter, by its recommended rules', async () => {
    const config = await createConfig({ extends: ['recommended'] });

    const found = await lintFromString({ source: JSON.stringify(document), config });

    expect(found.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
  });

  test('names the cookie of this stage', () => {
    expect(document.components.securitySchemes.session).toMatchObject({
      in: 'cookie',
      name: stage.cookieName,
    });
  });

  test('tells of the development outbox only where it is', () => {
    expect('/dev/outbox' in document.paths).toBe(!stage.deployed);
  });

  test('points only at what it holds', () => {
    const text = JSON.stringify(document);
    const components: Record<string, Record<string, unknown>> = document.components;

    for (const [, kind = '', name = ''] of text.matchAll(/"#\/components\/(\w+)\/([^"]+)"/g))
      expect(components[kind]).toHaveProperty([name]);
  });
});

test('every route that runs is described, and every described one runs', () => {
  const { services, config } = start();
  const running = [
    authFunctionRoutes(services),
    accountFunctionRoutes(services),
    adminFunctionRoutes(services),
    sessionRoutes(services),
    healthRoutes(services),
    exampleRoutes({ authorizedUser: () => undefined }),
    docsRoutes(config),
    pageRoutes(services),
  ].flatMap(routesOf);
  const described = [...operations.values()].map(({ method, path }) => `${method} ${path}`);

  expect(running.length).toBeGreaterThan(40);
  expect([...described].sort()).toEqual([...running].sort());
  const named = catalogue.flatMap((subject) => [...subject.operations.keys()]);
  expect(new Set(named).size).toBe(named.length);
});

describe('what the running functions answer', () => {
  const password = 'four plain words together';
  const newPassword = 'quite another long password';
  const observed = observeApi();
  let people = 0;

  /** Somebody who has just signed up, with the token of the mail that they got. */
  async function member(instance: Instance) {
    const visitor = observed.visitor(instance);
    people += 1;
    const email = `api${people}@example.com`;
    const answer = await visitor.call('signUp', { body: { email, password } });
    expect(answer.status).toBe(201);
    return { ...visitor, email };
  }

  /** The tokens mailed to an address, newest first. */
  async function tokens(
    { call }: Pick<ReturnType<typeof observed.visitor>, 'call'>,
    to: string,
  ): Promise<string[]> {
    const { messages } = (await call('listOutbox', { query: [['to', to]] })).json();
    return messages.flatMap(({ text }: { text: string }) => /token=([\w-]+)/.exec(text)?.[1] ?? []);
  }

  async function times<T>(count: number, work: () => Promise<T>): Promise<T | undefined> {
    let last: T | undefined;
    for (let time = 0; time < count; time += 1) last = await work();
    return last;
  }

  test('to people who come, forget and leave', async () => {
    const instance = start();
    const ada = await member(instance);
    const visitor = observed.visitor(instance);
    const { call, email } = ada;

    await visitor.call('signUp', { body: { email, password: newPassword } });
    await visitor.call('signUp', { body: { email: 'weak@example.com', password: 'short' } });
    await visitor.call('signIn', { body: { email, password: newPassword } });
    await visitor.call('signIn', { body: { email, password } });
    await call('getSession');
    await call('verifyEmail', { body: { token: (await tokens(visitor, email))[0] } });
    await call('verifyEmail', { body: { token: 'wrong' } });
    await call('resendVerification');
    await visitor.call('resendVerification', { cookies: [] });
    await call('forgotPassword', { body: { email } });
    const [token] = await tokens(visitor, email);
    await call('resetPassword', { body: { token: 'wrong', newPassword } });
    await call('resetPassword', { body: { token, newPassword: 'short' } });
    await call('resetPassword', { body: { token, newPassword } });
    await call('signIn', { body: { email, password: newPassword } });
    await call('signOut');
  });

  test('to people who keep their account', async () => {
    const instance = start();
    const { call, email } = await member(instance);
    const newEmail = `new-${email}`;

    await call('verifyEmail', { body: { token: (await tokens({ call }, email))[0] } });
    await call('getAccount');
    await call('changeAccount', { body: { name: 'Ada' } });
    await call('changeLanguage', { body: { language: 'de' } });
    await call('changePassword', { body: { currentPassword: 'wrong', newPassword } });
    await call('changePassword', { body: { currentPassword: password, newPassword: 'short' } });
    await call('changePassword', { body: { currentPassword: password, newPassword } });
    await call('changeEmail', { body: { currentPassword: 'wrong', newEmail } });
    await call('changeEmail', { body: { currentPassword: newPassword, newEmail: email } });
    await call('changeEmail', { body: { currentPassword: newPassword, newEmail } });
    await call('verifyEmail', { body: { token: (await tokens({ call }, newEmail))[0] } });
    const [undo] = await tokens({ call }, email);
    await call('undoEmailChange', { body: { token: 'wrong', newPassword } });
    await call('undoEmailChange', { body: { token: undo, newPassword: 'short' } });
    await call('undoEmailChange', { body: { token: undo, newPassword } });
    await call('signIn', { body: { email, password: newPassword } });
    await call('listActivity');
    await call('listActivity', { query: [['limit', '0']] });
    await call('exportAccount');
    await call('deleteAccount', { body: { currentPassword: 'wrong' } });
    await call('deleteAccount', { body: { currentPassword: newPassword } });
  });

  test('to people with a second factor', async () => {
    const clock = testClock();
    const { call, email } = await member(start({ now: clock.now }));
    const there = observed.visitor(start({ now: clock.now }));
    const signIn = (id = 'signIn') => there.call(id, { body: { email, password } });
    const wrong = { code: '000000' };

    await call('getFactors');
    await call('reauthenticate', { body: { currentPassword: 'wrong' } });
    const { secret } = (await call('beginTotp')).json();
    const code = () => codeOf(secret, clock.now());
    await call('confirmTotp', { body: wrong });
    const { recoveryCodes } = (await call('confirmTotp', { body: { code: code() } })).json();
    await signIn();
    await there.call('getSession');
    await there.call('answerSecondFactor', { body: wrong });
    await there.call('answerSecondFactor', { body: { recoveryCode: recoveryCodes[0] } });
    await there.call('signOut');
    await there.call('answerSecondFactor', { body: wrong });
    await signIn('signInForm');
    await there.call('secondFactorPage');
    const twice: [string, string][] = ['a', 'b'].map((path) => ['next', path]);
    await there.call('secondFactorPage', { query: twice });
    await there.call('getSession', { cookies: [] });
    await there.call('secondFactorForm', { body: { form: 'code', ...wrong } });
    await there.call('secondFactorForm', { body: { form: 'recovery_code', recoveryCode: recoveryCodes[1] } });

    clock.pass(601);
    for (const id of ['beginTotp', 'removeTotp', 'makeRecoveryCodes', 'exportAccount']) await call(id);
    await call('newAppPage');
    const current = { currentPassword: password };
    await call('changePassword', { body: { ...current, newPassword } });
    await call('changeEmail', { body: { ...current, newEmail: `new-${email}` } });
    await call('deleteAccount', { body: current });
    await call('settingsForm', { body: { form: 'export' } });
    await call('reauthenticate', { body: wrong });
    await call('reauthenticate', { body: { code: code() } });
    await call('makeRecoveryCodes');
    await call('removeTotp');
    clock.pass(60);
    await call('securityForm', { body: { form: 'add_app' } });
    await call('newAppForm', { body: wrong });
    const again = (await call('beginTotp')).json().secret;
    await call('newAppForm', { body: { code: codeOf(again, clock.now()) } });
    await call('reauthenticateForm', { body: { form: 'code', ...wrong } });
    clock.pass(60);
    await call('reauthenticateForm', { body: { form: 'code', code: codeOf(again, clock.now()) } });
    await call('securityForm', { body: { form: 'make_codes' } });
    await signIn();
    await times(10, () => call('confirmTotp', { body: wrong }));
    for (const id of ['confirmTotp', 'reauthenticate', 'newAppForm']) await call(id, { body: wrong });
    await call('reauthenticateForm', { body: { form: 'code', ...wrong } });
    await there.call('answerSecondFactor', { body: wrong });
    await there.call('secondFactorForm', { body: { form: 'code', ...wrong } });
    await call('securityForm', { body: { form: 'remove_app' } });
  });

  test('to people who have a code mailed', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now });
    const { call, email } = await member(instance);
    const there = observed.visitor(instance);
    const enter = async () => {
      await there.call('askEmailCode', { body: { email } });
      const { messages } = (await there.call('listOutbox', { query: [['to', email]] })).json();
      return there.call('confirmEmailCode', { body: { code: /^\d{4} \d{4}$/m.exec(messages[0].text)?.[0] } });
    };
    await call('verifyEmail', { body: { token: (await tokens({ call }, email))[0] } });
    await there.call('confirmEmailCode', { body: { code: '1234 5678' } });
    await enter();
    await there.call('signOut');
    const { secret } = (await call('beginTotp')).json();
    await call('confirmTotp', { body: { code: codeOf(secret, clock.now()) } });
    await enter();
    const off = observed.visitor(start({ environment: { EMAIL_CODE: 'false' } }));
    await off.call('askEmailCode', { body: { email } });
    await off.call('confirmEmailCode', { body: { code: '1234 5678' } });
    await off.call('emailCodePage');
    const html = { accept: 'text/html' };
    await off.call('emailCodeForm', { body: { form: 'ask', email }, headers: html });
    await there.call('signOut');
    await there.call('emailCodeForm', { body: { form: 'ask', email } });
    await there.call('emailCodePage');
    await there.call('emailCodeForm', { body: { form: 'confirm', code: '1234 5678' } });
  });

  test('to people who are kept out', async () => {
    const instance = start({ now: testClock().now });
    const { call, email } = await member(instance);
    const there = observed.visitor(instance);
    const key = new Authenticator();
    await call('verifyEmail', { body: { token: (await tokens({ call }, email))[0] } });
    await call('addPasskey', {
      body: { credential: key.register((await call('passkeyCreationOptions')).json()) },
    });
    const { id } = (await call('getAccount')).json().user;
    await instance.services.administration.disable(undefined, id);

    await there.call('signIn', { body: { email, password } });
    await there.call('signInForm', { body: { email, password } });
    const options = (await there.call('passkeySignInOptions', { cookies: [] })).json();
    await there.call('passkeySignIn', { body: { passkey: key.sign(options) } });
    const enter = async (id: string, form: object) => {
      await there.call('askEmailCode', { body: { email } });
      const { messages } = (await there.call('listOutbox', { query: [['to', email]] })).json();
      const code = /^\d{4} \d{4}$/m.exec(messages[0].text)?.[0];
      return there.call(id, { body: { ...form, code } });
    };
    await enter('confirmEmailCode', {});
    await enter('emailCodeForm', { form: 'confirm' });
  });

  test('to the last administrator', async () => {
    const instance = start();
    const { call, email } = await member(instance);
    await call('verifyEmail', { body: { token: (await tokens({ call }, email))[0] } });
    const newEmail = `new-${email}`;
    await call('changeEmail', { body: { currentPassword: password, newEmail } });
    await call('verifyEmail', { body: { token: (await tokens({ call }, newEmail))[0] } });
    const [undo] = await tokens({ call }, email);
    // Somebody has the old address meanwhile, whom its owner may have deleted.
    const admin = observed.visitor(instance);
    const { id } = (await admin.call('signUp', { body: { email, password } })).json().user;
    await instance.services.administration.setRoles(undefined, id, ['admin']);

    const leave = { currentPassword: password };
    const answers = [
      await admin.call('deleteAccount', { body: leave }),
      await admin.call('settingsForm', { body: { ...leave, form: 'leave' } }),
      await call('undoEmailChange', { body: { token: undo, newPassword } }),
      await call('undoEmailForm', { body: { token: undo, newPassword } }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([409, 409, 409, 409]);
    expect((await admin.call('getAccount')).json().user.roles).toEqual(['admin']);
    await setRoles(instance, id, []);
    expect((await call('undoEmailChange', { body: { token: undo, newPassword } })).status).toBe(204);
  });

  test('to people who come by a provider', async () => {
    const acme = await startLyingProvider();
    const clock = testClock();
    const environment = environmentOfAll(acme);
    const instance = start({ now: clock.now, environment });
    const { call } = await member(instance);
    const there = observed.visitor(instance);
    const strict = observed.visitor(start({ environment: { ...environment, RATE_LIMIT_FACTOR: '0.1' } }));
    /** What comes back of an answer that leads there, of whoever that is. */
    const back = (answer: TestAnswer, who: LyingPerson) => acme.sendBack(answer.headers.get('location'), who);
    const [bob, eve] = [providerPerson('bob'), providerPerson('eve')];

    await there.call('providerPage', { params: 'acme' });
    const begun = await there.call('beginProviderSignIn', { params: 'acme' });
    await there.call('providerAnswer', { params: 'acme', query: Object.entries(back(begun, bob)) });
    await there.call('removePassword');
    await there.call('unlinkProvider', { params: 'acme' });
    await there.call('unlinkProvider', { params: 'nobody' });
    const linking = await call('linkProvider', { params: 'acme' });
    await call('providerForm', { params: 'acme', body: back(linking, eve) });
    await call('linkProvider', { params: 'acme' });
    await call('linkProvider', { params: 'nobody' });
    for (const id of ['beginProviderSignIn', 'providerAnswer', 'providerForm', 'providerLogout'])
      await there.call(id, {
        params: 'nobody',
        body: id === 'providerLogout' ? { logout_token: 'x' } : undefined,
      });
    await call('unlinkProvider', { params: 'acme' });
    clock.pass(601);
    await call('linkProvider', { params: 'acme' });
    await there.call('unlinkProvider', { params: 'acme' });
    await there.call('providerLogout', { params: 'acme', body: { logout_token: 'x' } });
    const token = await acme.sign(
      {
        ...{ iss: acme.issuer, aud: lyingClientId, sub: bob.sub, jti: 'one' },
        ...{ iat: nowSeconds(), exp: nowSeconds() + 120 },
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      },
      { typ: 'logout+jwt' },
    );
    await there.call('providerLogout', { params: 'acme', body: { logout_token: token } });
    for (let n = 0; n < 11; n += 1) {
      const again = await strict.call('beginProviderSignIn', { params: 'acme' });
      const wrong = { ...back(again, bob), code: 'x' };
      await strict.call('providerAnswer', { params: 'acme', query: Object.entries(wrong) });
      if (n === 10) await strict.call('providerForm', { params: 'acme', body: wrong });
      await strict.call('providerLogout', { params: 'acme', body: { logout_token: 'x' } });
    }
    await driveTokens(observed, {
      instance,
      clock,
      link: async (browser) => {
        const begun = await browser.call('linkProvider', { params: 'acme' });
        await browser.call('providerForm', { params: 'acme', body: back(begun, providerPerson('kim')) });
      },
    });
    await acme.close();
  });

  test('to people with passkeys', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now });
    const { call } = await member(instance);
    const there = observed.visitor(instance);
    const key = new Authenticator();
    const other = new Authenticator({ isResident: false, verifiesUser: false });
    const creation = async () => (await call('passkeyCreationOptions')).json();
    const wrong = key.register(await creation(), { origin: 'https://evil.example' });
    await call('addPasskey', { body: { credential: wrong } });
    const { passkey } = (
      await call('addPasskey', { body: { credential: key.register(await creation()) } })
    ).json();
    await call('addPasskey', { body: { credential: key.register(await creation()) } });
    await call('addPasskey', { body: { name: 'Other', credential: other.register(await creation()) } });
    await call('renamePasskey', { params: passkey.id, body: { name: 'Blue' } });
    await call('renamePasskey', { params: 'no-such-passkey', body: { name: 'Blue' } });
    await call('removePasskey', { params: 'no-such-passkey' });

    const enter = async (lie = {}) => {
      const options = (await there.call('passkeySignInOptions', { cookies: [] })).json();
      return there.call('passkeySignIn', { body: { passkey: key.sign(options, lie) } });
    };
    await enter({ origin: 'https://evil.example' });
    await enter();
    const signedOff = new Authenticator();
    signedOff.register({ challenge: 'x', user: { id: 'bm9ib2R5' } });
    const unknown = signedOff.sign((await there.call('passkeySignInOptions')).json());
    await there.call('passkeySignIn', { body: { passkey: unknown } });

    clock.pass(601);
    for (const id of ['passkeyCreationOptions', 'removePassword']) await call(id);
    await call('confirmTotp', { body: { code: '000000' } });
    await call('removePasskey', { params: passkey.id });
    const credential = new Authenticator().register({ challenge: 'x', user: { id: 'x' } });
    await call('addPasskey', { body: { credential } });
    const options = (await call('secondFactorPasskeyOptions')).json();
    await call('reauthenticate', { body: { passkey: key.sign(options) } });
    await call('removePassword');
    await call('removePasskey', { params: passkey.id });
    await call('removePasskey', { params: other.id });

    await call('removePasskey', { params: 'a'.repeat(1400) });
    await call('signOut');
    await call('secondFactorPasskeyOptions');
    await there.call('signOut');

    const { call: callOfBob } = await member(instance);
    const bobsKey = new Authenticator({ verifiesUser: false });
    const begun = (await callOfBob('passkeyCreationOptions')).json();
    await callOfBob('addPasskey', { body: { credential: bobsKey.register(begun) } });
    await callOfBob('removePassword');
    await times(10, () => callOfBob('reauthenticate', { body: { code: '000000' } }));
    const begin = async () =>
      new Authenticator().register((await callOfBob('passkeyCreationOptions')).json());
    const add = (made: unknown) => callOfBob('addPasskey', { body: { credential: made as object } });
    await times(18, async () => add(await begin()));
    const [last, oneTooMany] = [await begin(), await begin()];
    for (const each of [last, oneTooMany]) await add(each);
    await callOfBob('passkeyCreationOptions');
    await callOfBob('removePasskey', { params: bobsKey.id });
  });

  test('to people who add a passkey by the pages', async () => {
    const { call } = await member(start());
    const authenticator = new Authenticator();
    const made = async () =>
      JSON.stringify(authenticator.register((await call('passkeyCreationOptions')).json()));
    const first = await made();

    for (const credential of [first, first, await made()])
      await call('securityForm', { body: { form: 'add_passkey', credential } });
    await call('securityForm', { body: { form: 'remove_passkey', id: 'none' } });
  });

  test('to people who look after their sessions', async () => {
    const instance = start();
    const { call } = await member(instance);
    const { sessions } = (await call('listSessions')).json();

    await call('endSession', { params: 'no-such-session' });
    await call('endSessions');
    await call('endSession', { params: sessions[0].id });
  });

  test('to programs that ask how things are', async () => {
    const instance = start();
    const deployed = { STAGE: 'prod', PUBLIC_URL: 'https://auth.example.org', MAIL_FROM: 'a@example.org' };
    const { call } = observed.visitor(instance);

    for (const id of ['live', 'ready', 'openApi', 'docs', 'example']) await call(id);
    observed.note('example', operations.get('example')!, await authorized(instance.handlers.example, 'u1')());
    await observed.visitor(start({ environment: deployed })).call('listOutbox');
  });

  test('to people with a browser', async () => {
    const instance = start();
    const { call, email, cookies } = await member(instance);
    const someone = observed.visitor(instance);
    const pages = [...operations]
      .filter(([, { page, method }]) => page && method === 'get')
      .map(([id]) => id);

    for (const id of pages) await call(id);
    for (const id of pages) await someone.call(id, { cookies: [] });
    await call('passkeyScriptFile', { params: passkeyScript.hash });
    await someone.call('signUpForm', { body: { email: 'pages@example.com', password } });
    await someone.call('signUpForm', { body: { email: 'pages@example.com', password: newPassword } });
    await someone.call('signUpForm', { body: { email: 'weak@example.com', password: 'short' } });
    await someone.call('signInForm', { body: { email, password: newPassword } });
    await someone.call('signInForm', { body: { email, password } });
    await someone.call('signOutForm', { body: {} });
    await someone.call('forgotPasswordForm', { body: { email } });
    const [reset] = await tokens(someone, email);
    await someone.call('resetPasswordForm', { body: { token: 'wrong', newPassword } });
    await someone.call('resetPasswordForm', { body: { token: reset, newPassword } });
    cookies.clear();
    await call('signInForm', { body: { email, password: newPassword } });
    await call('settingsForm', { body: { form: 'name', name: 'Ada' } });
    await call('settingsForm', { body: { form: 'leave', currentPassword: 'wrong' } });
    const change = { form: 'email', currentPassword: newPassword, newEmail: `new-${email}` };
    await call('settingsForm', { body: { ...change, newEmail: email } });
    await call('settingsForm', { body: change });
    await call('verifyEmailForm', { body: { token: 'wrong' } });
    await call('verifyEmailForm', { body: { token: (await tokens(someone, `new-${email}`))[0] } });
    const [undo] = await tokens(someone, email);
    await call('undoEmailForm', { body: { token: 'wrong', newPassword } });
    await call('undoEmailForm', { body: { token: undo, newPassword: 'short' } });
    await call('undoEmailForm', { body: { token: undo, newPassword } });
    await call('signInForm', { body: { email, password: newPassword } });
    await call('devicesForm', { body: { id: 'no-such-session' } });
    await call('devicesForm', { body: { others: 'true' } });
  });

  test('where sign-up is closed', async () => {
    const visitor = observed.visitor(start({ environment: { REQUIRE_VERIFIED_EMAIL: 'true' } }));
    const { call } = visitor;
    const body = { email: 'closed@example.com', password };

    await call('signUp', { body });
    await call('signIn', { body });
    await call('signInForm', { body });
    await call('resendVerification', { body: { email: body.email } });
    const [token] = await tokens(visitor, body.email);
    for (const id of ['verifyEmail', 'verifyEmailForm']) {
      await call(id, { body: { token } });
      await call(id, { body: { token, password } });
    }
  });

  test('where a hook refuses whoever signs up', async () => {
    const acme = await startLyingProvider();
    const hooks = { beforeSignUp: async () => ({ refuse: 'Not today.' }) };
    const { call } = observed.visitor(start({ environment: environmentOfAll(acme), hooks }));
    const body = { email: 'refused@example.com', password };
    const back = (begun: TestAnswer) =>
      acme.sendBack(begun.headers.get('location'), providerPerson('refused'));

    for (const id of ['signUp', 'signUpForm']) await call(id, { body });
    const begun = await call('beginProviderSignIn', { params: 'acme' });
    await call('providerAnswer', { params: 'acme', query: Object.entries(back(begun)) });
    const again = await call('beginProviderSignIn', { params: 'acme' });
    await call('providerForm', { params: 'acme', body: back(again) });
    await acme.close();
  });

  test('over the limits', async () => {
    const instance = start();
    const { call, email, cookies } = await member(instance);
    const strict = observed.visitor(start({ environment: { RATE_LIMIT_FACTOR: '0.1' } }));
    const token = 'wrong';
    const unknown = { email: 'nobody@example.com', password };

    const passkey = new Authenticator().sign({ challenge: 'x' });
    await times(11, () => strict.call('passkeySignIn', { body: { passkey } }));
    await strict.call('confirmEmailCode', { body: { code: '1234 5678' } });
    await times(3, () => strict.call('askEmailCode', { body: { email } }));
    await strict.call('emailCodeForm', { body: { form: 'ask', email } });
    await times(6, () => strict.call('signIn', { body: unknown }));
    await strict.call('signInForm', { body: unknown });
    await times(3, () => strict.call('signUp', { body: { email, password } }));
    await strict.call('signUpForm', { body: { email, password } });
    await times(3, () => strict.call('forgotPassword', { body: { email } }));
    await strict.call('forgotPasswordForm', { body: { email } });
    await strict.call('resendVerification', { cookies: cookies.all() });
    await times(3, () => strict.call('verifyEmail', { body: { token } }));
    await strict.call('verifyEmailForm', { body: { token } });
    for (const id of ['undoEmailForm', 'undoEmailChange', 'resetPassword', 'resetPasswordForm'])
      await strict.call(id, { body: { token, newPassword } });
    const change = { currentPassword: password, newEmail: 'x@example.com' };
    for (let n = 0; n < 11; n += 1) await call('changeEmail', { body: change });
    await call('settingsForm', { body: { form: 'email', ...change } });
  });

  test('to administrators', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now });
    const { call, email } = await member(instance);
    const boss = (await call('getAccount')).json().user.id;
    await instance.services.administration.setRoles(undefined, boss, ['admin']);
    await onlyAdministrators(instance, boss);
    const ada = await member(instance);
    const { id } = (await ada.call('getAccount')).json().user;
    const reads = ['listUsers', 'searchActivity', 'usersPage', 'invitationPage', 'eventsPage'];
    const changes = ['endUserSessions', 'removeUserFactors', 'unlockUser', 'sendPasswordReset'];
    const forms = ['name', 'roles', 'confirm', 'disable', 'enable', 'sessions', 'factors', 'lock', 'reset'];
    const html = { accept: 'text/html' };

    for (const each of [...reads, 'getUser', 'userPage', ...changes]) await call(each, { params: id });
    for (const each of ['getUser', 'userPage', 'deleteUser', ...changes])
      await call(each, { params: 'none' });
    await call('changeUser', { params: 'none', body: { name: 'Ada' } });
    await call('changeUser', { params: id, body: { name: 'Ada', disabled: true } });
    await call('changeUser', { params: boss, body: { disabled: true } });
    await call('deleteUser', { params: boss });
    await call('inviteUser', { body: { email: `invited-${email}`, roles: ['editor'] } });
    await call('inviteUser', { body: { email } });
    await call('invitationForm', { body: { email: `form-${email}`, roles: 'editor, author' } });
    await call('invitationForm', { body: { email } });
    await call('invitationForm', { body: { email: 'none' } });
    for (const form of forms) await call('userForm', { params: id, body: { form } });
    await call('userForm', { params: boss, body: { form: 'disable' } });
    await call('userForm', { params: id, body: { form: 'delete', email } });
    await call('userForm', { params: 'none', body: { form: 'lock' }, headers: html });
    await call('invitationForm', { body: { email: 'none' }, headers: html, cookies: [] });
    clock.pass(601);
    for (const each of ['deleteUser', ...changes]) await call(each, { params: id });
    await call('changeUser', { params: id, body: { disabled: true } });
    await call('inviteUser', { body: { email: `late-${email}` } });
    await call('userForm', { params: id, body: { form: 'lock' } });
    await call('reauthenticate', { body: { currentPassword: password } });
    await call('deleteUser', { params: id });
  });

  test('to requests that are none', async () => {
    const instance = start();
    const { call } = await member(instance);
    // To anybody else there is nothing for administrators, not even to be refused.
    const { id: own } = (await call('getAccount')).json().user;
    await instance.services.administration.setRoles(undefined, own, ['admin']);

    for (const [id, { method, page, foreignForm, body, query, params, needs }] of operations) {
      await call(id, { cookies: ['session_auth=a', 'session_auth=b'], params: 'x' });
      await call(id, { cookies: [`a=${'x'.repeat(9000)}`], params: 'x' });
      if (needs) await call(id, { cookies: [], params: 'x' });
      if (body) await call(id, { body: { nonsense: 'x' } });
      const [key] = query ? Object.keys((query as unknown as { shape: object }).shape) : [];
      if (key)
        await call(id, {
          // Some pages have nothing for who is signed in.
          ...(needs ? {} : { cookies: [] }),
          query: [
            [key, 'a'],
            [key, 'b'],
          ],
        });
      if (params) await call(id, { params: 'x'.repeat(200) });
      if (method === 'get') continue;
      const type = page || foreignForm ? 'application/x-www-form-urlencoded' : 'application/json';
      await call(id, { headers: { origin: 'https://evil.example' }, params: 'x' });
      await call(id, { body: 'text', headers: { 'content-type': 'text/plain' }, params: 'x' });
      await call(id, { body: 'x'.repeat(17_000), headers: { 'content-type': type }, params: 'x' });
    }
  });

  test('when something breaks', async () => {
    const away = start({ database: { uri: 'mongodb://127.0.0.1:1', name: 'test_away' } });
    const { call } = observed.visitor(away);
    await call('ready', { expect5xx: true });
    const fault = () => Promise.reject(new TypeError('a fault of ours'));
    const faulty = start({ passwords: { hash: fault, verify: fault, verifyNothing: fault } });
    const body = { email: 'a@example.com', password };
    await observed.visitor(faulty).call('signUp', { body, expect5xx: true });
    const empty = testDatabase('openapi new');
    await empty.create();
    const unprepared = observed.visitor(start({ database: empty }));
    await unprepared.call('ready', { expect5xx: true });
    await unprepared.call('signUp', { body, expect5xx: true });
    await empty.drop();

    const what = new Set([...observed.seen.values()].flatMap((answers) => [...answers]));
    expect([...what]).toEqual(
      expect.arrayContaining(['503 unavailable', '503 not_prepared', '500 internal']),
    );
  });

  test('is described, each status and each code', () => {
    expect(observed.seen.size).toBe(operations.size);
    expect([...new Set(observed.faults)]).toEqual([]);
  });

  test('is all that is described', () => {
    expect(observed.unseen()).toEqual([]);
  });
});

describe.each(eventSources)('by $name', (source) => {
  test('the description is there, as JSON and as a page, without a session or a database', async () => {
    const instance = start({ database: { uri: 'mongodb://127.0.0.1:1', name: 'test_away' } });
    const { get } = createClient(instance.handlers.docs, source, {
      headers: { cookie: 'session_auth=s%3Aa.b' },
    });

    const json = await get('/openapi.json');
    const page = await get('/docs');

    expect(json.json()).toEqual(JSON.parse(JSON.stringify(openApiDocument(instance.config))));
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(json.headers.get('cache-control')).toBe('public, max-age=300');
    expect(page.headers.get('cache-control')).toBe('public, max-age=300');
  });
});

describe('the page', () => {
  const page = async () => {
    const instance = start();
    return (await createClient(instance.handlers.docs, eventSources[0]!).get('/docs')).body;
  };

  test('has an anchor for every problem code, which is where their `type` leads', async () => {
    const body = await page();

    for (const code of Object.keys(problemTable)) expect(body).toContain(`<tr id="${code}">`);
  });

  test('tells of every operation, and has each anchor that it links to', async () => {
    const body = await page();
    const ids = new Set([...body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));

    for (const id of operations.keys()) expect(ids).toContain(id);
    for (const [, target] of body.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
    expect(ids.size).toBe([...body.matchAll(/ id="([^"]+)"/g)].length);
  });

  test('loads nothing from anywhere', async () => {
    const body = await page();

    expect(body).not.toMatch(/<script|<iframe|<img|@import|url\(/);
    expect(body.match(/(src|href|action)="(?!\/(?!\/)|#|data:image)/g)).toBeNull();
  });
});

test('the function that describes carries neither the driver nor the session store', async () => {
  const outDir = await mkdtemp(join(tmpdir(), 'docs-'));
  const handlersDir = resolve(import.meta.dirname, '../../..', 'handlers');
  const { file } = (await buildHandlers({ handlersDir, outDir })).find(({ name }) => name === 'docs')!;
  const { sources } = JSON.parse(await readFile(`${file}.map`, 'utf8')) as { sources: string[] };
  await rm(outDir, { recursive: true });

  expect(sources.some((source) => source.includes('node_modules/express/'))).toBe(true);
  expect(
    sources.filter((source) => /node_modules\/(mongodb|express-session|connect-mongo)\//.test(source)),
  ).toEqual([]);
});
