import { Authenticator } from './authenticator.ts';
import { authorizerSources } from './authorizer-events.ts';
import type { TestClock } from './clock.ts';
import { type TestAnswer, testContext } from './events.ts';
import type { Instance } from './instance.ts';
import { authorized, observeApi, operations } from './observed-api.ts';
import { type TestProvider, visit } from './oidc-provider.ts';
import { codeOf } from './totp.ts';

const password = 'four plain words together';
const newPassword = 'quite another long password';

type Observed = ReturnType<typeof observeApi>;
type Visitor = ReturnType<Observed['visitor']>;

/** What the drive needs beside instances. */
export interface DriveOptions {
  /** With EMAIL_CODE, and the provider. */
  instance: Instance;
  provider: TestProvider;
  /** Another one, with REQUIRE_VERIFIED_EMAIL. */
  closed: Instance;
  /** The clock of both. */
  clock: TestClock;
  /** Called between sign-up and the rest, with the user's id, to give somebody a past. */
  live(userId: string): Promise<void>;
}

/**
 * Asks for every operation of every function as those do who use the product, in all the ways that lead to other
 * queries, and the authorizer beside them.
 *
 * @returns the operations that were answered, by id; a test compares them with the catalogue.
 */
export async function driveEveryOperation(options: DriveOptions): Promise<ReadonlySet<string>> {
  const observed = observeApi();
  await signInAndOut(observed, options);
  await keepAccount(observed, options);
  await showSecondFactors(observed, options);
  await usePasskeys(observed, options);
  await useMailedCodes(observed, options);
  await useProviders(observed, options);
  await useForms(observed, options);
  await signUpClosed(observed, options);
  await administer(observed, options);
  const { call } = observed.visitor(options.instance);
  for (const id of ['live', 'ready', 'openApi', 'docs']) await call(id);
  const example = authorized(options.instance.handlers.example, 'u1');
  observed.note('example', operations.get('example')!, await example());
  return new Set(observed.seen.keys());
}

async function member({ visitor }: Observed, instance: Instance, email: string) {
  const someone = visitor(instance);
  const { user } = (await someone.call('signUp', { body: { email, password } })).json();
  return { ...someone, email, userId: String(user.id) };
}

async function tokenIn({ call }: Visitor, to: string): Promise<string> {
  const { messages } = (await call('listOutbox', { query: [['to', to]] })).json();
  const links = messages.flatMap(({ text }: { text: string }) => /token=([\w-]+)/.exec(text)?.[1] ?? []);
  if (!links[0]) throw new Error(`no mail to ${to} has a link`);
  return links[0];
}

async function signInAndOut(observed: Observed, { instance, clock, live }: DriveOptions): Promise<void> {
  const ada = await member(observed, instance, 'ada@example.com');
  const { call, email, userId, cookies } = ada;
  await live(userId);
  for (const id of ['getSession', 'getAccount', 'exportAccount', 'listSessions']) await call(id);
  await readActivity(call);
  await askAuthorizer(instance, cookies.all());

  // Use is written down, at most every hour.
  clock.pass(3601);
  await call('getSession');
  await call('verifyEmail', { body: { token: await tokenIn(ada, email) } });
  await call('verifyEmail', { body: { token: 'wrong' } });
  await call('resendVerification');
  await call('listOutbox');
  await call('signOut');
  await call('signOut');
  for (const given of [newPassword, password]) await call('signIn', { body: { email, password: given } });
  await call('signIn', { body: { email: 'nobody@example.com', password } });
  await call('signUp', { body: { email, password } });
  for (const to of [email, 'nobody@example.com']) await call('forgotPassword', { body: { email: to } });
  const token = await tokenIn(ada, email);
  await call('resetPassword', { body: { token, newPassword } });
  await call('signIn', { body: { email, password: newPassword } });
  const { sessions } = (await call('listSessions')).json();
  await call('endSession', { params: 'no-such-session' });
  await call('endSessions');
  await call('endSession', { params: sessions[0].id });
  // A cookie of a session that has ended.
  await call('getSession', { cookies: cookies.all() });
  await call('signIn', { body: { email, password: newPassword } });
  await call('endSessions', { query: [['all', 'true']] });
}

/** Every page of it, to the end. */
async function readActivity(call: Visitor['call']): Promise<void> {
  for (let before: string | null | undefined; before !== null; ) {
    const query: [string, string][] = before === undefined ? [] : [['before', before]];
    const { next } = (await call('listActivity', { query: [...query, ['limit', '40']] })).json();
    await call('activityPage', { query });
    before = next;
  }
}

async function askAuthorizer({ handlers }: Instance, cookies: Record<string, string>): Promise<void> {
  const [source] = authorizerSources;
  const pairs = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
  const event = source!.event({ cookies: pairs });
  const answer = await handlers.authorizer(event, testContext());
  if (!source!.allows(answer, event)) throw new Error('the authorizer denied who is signed in');
}

async function keepAccount(observed: Observed, { instance }: DriveOptions): Promise<void> {
  const ben = await member(observed, instance, 'ben@example.com');
  const { call, email } = ben;
  const newEmail = `new-${email}`;
  await call('changeAccount', { body: { name: 'Ben' } });
  await call('changeLanguage', { body: { language: 'de' } });
  await call('changePassword', { body: { currentPassword: 'wrong', newPassword } });
  await call('changePassword', { body: { currentPassword: password, newPassword } });
  await call('verifyEmail', { body: { token: await tokenIn(ben, email) } });
  await call('changeEmail', { body: { currentPassword: newPassword, newEmail: 'ada@example.com' } });
  await call('changeEmail', { body: { currentPassword: newPassword, newEmail } });
  await call('verifyEmail', { body: { token: await tokenIn(ben, newEmail) } });
  const undo = { token: await tokenIn(ben, email), newPassword };
  await call('undoEmailPage', { query: [['token', undo.token]] });
  // The second is told what the first one did.
  for (let time = 0; time < 2; time += 1) await call('undoEmailChange', { body: undo });
  await call('signIn', { body: { email, password: newPassword } });
  await call('deleteAccount', { body: { currentPassword: newPassword } });
}

async function showSecondFactors(observed: Observed, { instance, clock }: DriveOptions): Promise<void> {
  const { call, email } = await member(observed, instance, 'fay@example.com');
  const there = observed.visitor(instance);
  const body = { email, password };
  await call('reauthenticate', { body: { currentPassword: password } });
  const { secret } = (await call('beginTotp')).json();
  await call('newAppPage');
  const code = () => ({ code: codeOf(secret, clock.now()) });
  const { recoveryCodes } = (await call('confirmTotp', { body: code() })).json();
  await call('getFactors');
  await there.call('signIn', { body });
  await there.call('getSession');
  await there.call('secondFactorPage');
  await there.call('answerSecondFactor', { body: { code: '000000' } });
  await there.call('answerSecondFactor', { body: { recoveryCode: recoveryCodes[0] } });
  clock.pass(60);
  await there.call('signInForm', { body });
  await there.call('secondFactorForm', { body: { form: 'code', ...code() } });
  clock.pass(600);
  await call('reauthenticateForm', { body: { form: 'code', ...code() } });
  await call('makeRecoveryCodes');
  await call('removeTotp');
  await call('securityForm', { body: { form: 'add_app' } });
  await call('newAppForm', { body: { code: '000000' } });
}

async function usePasskeys(observed: Observed, { instance }: DriveOptions): Promise<void> {
  const { call, email } = await member(observed, instance, 'gil@example.com');
  const there = observed.visitor(instance);
  const authenticator = new Authenticator();
  const credential = authenticator.register((await call('passkeyCreationOptions')).json());
  await call('addPasskey', { body: { name: 'Key', credential } });
  await call('renamePasskey', { params: authenticator.id, body: { name: 'Blue key' } });
  for (let time = 0; time < 2; time += 1) {
    const options = (await there.call('passkeySignInOptions')).json();
    await there.call('passkeySignIn', { body: { passkey: authenticator.sign(options) } });
  }
  await there.call('signOut');
  await there.call('signIn', { body: { email, password } });
  const options = (await there.call('secondFactorPasskeyOptions')).json();
  await there.call('answerSecondFactor', { body: { passkey: authenticator.sign(options) } });
  await call('removePassword');
  const anew = (await call('secondFactorPasskeyOptions')).json();
  await call('reauthenticate', { body: { passkey: authenticator.sign(anew) } });
  await call('removePasskey', { params: authenticator.id });
}

async function useMailedCodes(observed: Observed, { instance }: DriveOptions): Promise<void> {
  const { email } = await member(observed, instance, 'hal@example.com');
  const there = observed.visitor(instance);
  await there.call('askEmailCode', { body: { email: 'nobody@example.com' } });
  await there.call('confirmEmailCode', { body: { code: '1234 5678' } });
  await there.call('askEmailCode', { body: { email } });
  const { messages } = (await there.call('listOutbox', { query: [['to', email]] })).json();
  const code = /^\d{4} \d{4}$/m.exec(messages[0].text)?.[0];
  for (const given of ['1234 5678', code, code])
    await there.call('confirmEmailCode', { body: { code: given } });
  await there.call('signOut');
  await there.call('emailCodeForm', { body: { form: 'ask', email } });
  await there.call('emailCodePage');
}

async function useProviders(observed: Observed, { instance, provider }: DriveOptions): Promise<void> {
  const [email, other] = ['ivy@example.com', 'ivy.other@example.com'];
  for (const each of [email, other])
    provider.people.set(each, { sub: each, email: each, email_verified: true });
  const fieldsOf = async (answer: TestAnswer, who: string) =>
    [...(await visit(answer.headers.get('location') ?? '', who)).url.searchParams] as [string, string][];
  const params = 'acme';
  for (const entrance of ['beginProviderSignIn', 'providerPage']) {
    const there = observed.visitor(instance);
    const begun = await there.call(entrance, { params });
    await there.call('providerAnswer', { params, query: await fieldsOf(begun, email) });
  }
  const { call } = await member(observed, instance, 'jan@example.com');
  const linking = await call('linkProvider', { params });
  await call('providerForm', { params, body: Object.fromEntries(await fieldsOf(linking, other)) });
  await call('unlinkProvider', { params });
  await call('providerLogout', { params, body: { logout_token: 'x' } });
}

async function useForms(observed: Observed, { instance }: DriveOptions): Promise<void> {
  const cleo = await member(observed, instance, 'cleo@example.com');
  const { call, email, cookies } = cleo;
  const newEmail = `new-${email}`;
  const pages = [...operations].filter(([, { page, method }]) => page && method === 'get');
  for (const [id] of pages) {
    await call(id);
    await call(id, { cookies: [] });
  }
  const signIn = () => call('signInForm', { body: { email, password: newPassword } });
  await call('forgotPasswordForm', { body: { email } });
  const reset = await tokenIn(cleo, email);
  for (let time = 0; time < 2; time += 1) {
    await call('resetPasswordPage', { query: [['token', reset]] });
    await call('resetPasswordForm', { body: { token: reset, newPassword } });
  }
  cookies.clear();
  await signIn();
  await call('settingsForm', { body: { form: 'name', name: 'Cleo' } });
  await call('settingsForm', { body: { form: 'language', language: 'de' } });
  await call('settingsForm', { body: { form: 'email', currentPassword: newPassword, newEmail } });
  await call('verifyEmailForm', { body: { token: await tokenIn(cleo, newEmail) } });
  await call('undoEmailForm', { body: { token: await tokenIn(cleo, email), newPassword } });
  await signIn();
  await call('devicesForm', { body: { id: 'no-such-session' } });
  await call('devicesForm', { body: { others: 'true' } });
  const change = { form: 'password', currentPassword: newPassword, newPassword: password };
  await call('settingsForm', { body: change });
  await call('settingsForm', { body: { form: 'leave', currentPassword: password } });
  cookies.clear();
  await call('signUpForm', { body: { email: 'dora@example.com', password } });
  await call('signOutForm', { body: {} });
}

async function administer(observed: Observed, { instance, clock }: DriveOptions): Promise<void> {
  const boss = await member(observed, instance, 'kim@example.com');
  const { call, userId } = boss;
  await instance.services.administration.setRoles(undefined, userId, ['admin']);
  const { userId: other } = await member(observed, instance, 'lea@example.com');
  const [ada] = (await call('listUsers', { query: [['query', 'kim@']] })).json().users;
  await findUsers(call);
  // Of all, what is older than the drive: its own events share their times.
  const before = `${clock.now().getTime() - 86_400_000}.${'0'.repeat(24)}`;
  await call('searchActivity', { query: [['before', before]] });
  for (const query of [
    ['user', ada.id],
    ['type', 'sign_in'],
  ] as [string, string][])
    await readAllActivity(call, [query, ['limit', '40']]);
  await readAllActivity(call, [
    ['user', ada.id],
    ['type', 'sign_in'],
  ]);
  await call('eventsPage', { query: [['type', 'sign_in']] });
  await call('invitationPage');
  await call('inviteUser', { body: { email: 'max@example.com', roles: ['editor'] } });
  await call('invitationForm', { body: { email: 'ned@example.com', roles: 'editor' } });
  const token = await tokenIn(boss, 'max@example.com');
  await call('resetPassword', { body: { token, newPassword } });
  for (const id of ['getUser', 'userPage']) await call(id, { params: other });
  await call('changeUser', { params: userId, body: { roles: [] } });
  const body = { name: 'Lea', roles: ['editor'], disabled: true, emailVerified: true };
  await call('changeUser', { params: other, body });
  await call('changeUser', { params: other, body: { disabled: false, emailVerified: false } });
  for (const id of ['endUserSessions', 'removeUserFactors', 'unlockUser', 'sendPasswordReset'])
    await call(id, { params: other });
  await call('userForm', { params: other, body: { form: 'factors' } });
  await call('deleteUser', { params: other });
}

/** In every order, and by every filter. */
async function findUsers(call: Visitor['call']): Promise<void> {
  const searches = [
    {},
    { query: 'k' },
    { query: 'crowd' },
    { query: 'AAAAAAAAAAAAAAAAAAAAAA' },
    { role: 'admin' },
    { query: 'kim', role: 'admin' },
    { role: 'crowd' },
    { query: 'crowd', role: 'crowd' },
    { disabled: 'true' },
    { query: 'crowd', disabled: 'true' },
  ];
  for (const search of searches)
    for (let after: string | null = '', pages = 0; after !== null && pages < 3; pages += 1) {
      const query = Object.entries({ ...search, ...(after && { after }) }) as [string, string][];
      after = (await call('listUsers', { query })).json().next;
      await call('usersPage', { query });
    }
}

async function readAllActivity(call: Visitor['call'], query: [string, string][]): Promise<void> {
  for (let before: string | null = '', pages = 0; before !== null && pages < 3; pages += 1) {
    const more: [string, string][] = before ? [['before', before]] : [];
    before = (await call('searchActivity', { query: [...query, ...more] })).json().next;
  }
}

async function signUpClosed(observed: Observed, { closed, clock }: DriveOptions): Promise<void> {
  const visitor = observed.visitor(closed);
  const { call } = visitor;
  const body = { email: 'eve@example.com', password };
  for (const email of [body.email, body.email, 'ada@example.com'])
    await call('signUp', { body: { ...body, email } });
  clock.pass(1);
  await call('signUp', { body: { ...body, password: newPassword } });
  await call('signIn', { body });
  await call('resendVerification', { body: { email: body.email } });
  const token = await tokenIn(visitor, body.email);
  await call('verifyEmailPage', { query: [['token', token]] });
  for (const given of [password, newPassword, newPassword])
    await call('verifyEmail', { body: { token, password: given } });
  await call('signIn', { body: { ...body, password: newPassword } });
}
