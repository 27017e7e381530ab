import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  enterByProvider,
  knowing,
  knownAt,
  leadsTo,
  linkedTo,
  linkProvider,
  sessionOf,
  signInThere,
} from '../../support/by-provider.ts';
import { testInstances } from '../../support/instances.ts';
import { mailsTo, tokenTo } from '../../support/mail.ts';
import { startProvider, type TestProvider } from '../../support/oidc-provider.ts';
import { newAddress, otherPassword, type Person, person } from '../../support/person.ts';

/**
 * The five attacks of Sudhodanan and Paverd, "Pre-hijacked Accounts" (USENIX Security 2022): somebody makes an account
 * with the address of who has none yet, and waits for its owner to come.
 */
const { start } = testInstances('pre-hijacking by providers');
let acme: TestProvider;
let lax: TestProvider;

beforeAll(async () => {
  [acme, lax] = await Promise.all([startProvider(), startProvider({ id: 'lax' })]);
});
afterAll(() => Promise.all([acme.close(), lax.close()]));

/** The owner of an address, known to a provider that has made sure of it, and an attacker who is known to another. */
function twoPeople() {
  const environment = knowing(acme.environment(), lax.environment({ name: 'Lax' }));
  const instance = start({ environment });
  const owner = person({ instance });
  knownAt(acme, owner.email);
  // Somebody else there, who says that the address is theirs.
  knownAt(lax, owner.email, { sub: `mallory ${owner.email}`, email_verified: false });
  return { instance, owner, mallory: owner.elsewhere({ password: 'whatever the attacker thought of' }) };
}
type Two = ReturnType<typeof twoPeople>;

/** The owner sets a password by the mail that says how to, and signs in. */
async function reset({ instance, owner }: Two): Promise<void> {
  await owner.auth.post('/auth/password/forgot', { email: owner.email });
  const token = await tokenTo(instance, owner.email, '/reset-password');
  const answer = await owner.auth.post('/auth/password/reset', { token, newPassword: otherPassword });
  expect(answer.status).toBe(204);
  expect((await owner.signIn(otherPassword)).status).toBe(200);
}

/** The owner is in, has linked the provider of their own, and the attacker has no way in left, whatever they try. */
async function isOwners({ owner, mallory }: Two): Promise<void> {
  expect(await linkedTo(owner)).toEqual([]);
  expect(leadsTo(await linkProvider(owner))).toBe('/security');
  const there = owner.elsewhere();
  expect(leadsTo(await enterByProvider(there))).toBe('/');
  expect((await sessionOf(there)).user).toMatchObject({ email: owner.email, emailVerified: true });
  expect(await mallory.status()).toBe(401);
  expect((await mallory.elsewhere().signIn()).status).toBe(401);
  const again = mallory.elsewhere();
  expect(leadsTo(await enterByProvider(again, { id: 'lax' }))).toBe('/sign-in?problem=account_exists');
  expect(await again.status()).toBe(401);
}

async function isTold({ instance, owner }: Two): Promise<void> {
  const { events } = (await owner.account.get('/account/activity')).json();
  const types = events.map(({ type }: { type: string }) => type);
  expect(types.filter((type: string) => type === 'factors_taken_away')).toHaveLength(1);
  const subjects = (await mailsTo(instance, owner.email)).map(({ subject }) => subject);
  expect(subjects).toEqual(
    expect.arrayContaining([expect.stringMatching(/^Ways to sign in have been removed/)]),
  );
}

const linkTrojan = (mallory: Person) => linkProvider(mallory, { id: 'lax' });

describe('pre-hijacking', () => {
  test('classic-federated merge: the owner’s provider does not open the attacker’s account, and a reset gives it to the owner', async () => {
    const two = twoPeople();
    const { owner, mallory } = two;
    await mallory.signUp();

    expect(leadsTo(await enterByProvider(owner))).toBe('/sign-in?problem=account_exists');
    expect(await owner.status()).toBe(401);
    expect(await linkedTo(mallory)).toEqual([]);

    await reset(two);
    await isOwners(two);
  });

  test('unexpired session: what the attacker left signed in ends with the owner’s reset', async () => {
    const two = twoPeople();
    const { mallory } = two;
    await mallory.signUp();
    const others = [mallory.elsewhere(), mallory.elsewhere()];
    for (const other of others) await other.signIn();
    await linkTrojan(mallory);
    const byProvider = mallory.elsewhere();
    await enterByProvider(byProvider, { id: 'lax' });

    await reset(two);

    for (const each of [mallory, byProvider, ...others]) expect(await each.status()).toBe(401);
    await isOwners(two);
  });

  test('trojan identifier: a provider that the attacker has linked is taken away by the owner’s reset, and that is told', async () => {
    const two = twoPeople();
    await two.mallory.signUp();
    expect(leadsTo(await linkTrojan(two.mallory))).toBe('/security');

    await reset(two);

    await isTold(two);
    await isOwners(two);
  });

  test('trojan identifier: it is taken away as well where the owner only follows the link of the mail', async () => {
    const two = twoPeople();
    const { instance, owner, mallory } = two;
    await mallory.signUp();
    await linkTrojan(mallory);
    const token = await tokenTo(instance, owner.email, '/verify-email');

    expect((await owner.auth.post('/auth/email/verify', { token })).status).toBe(204);

    expect(await mallory.status()).toBe(401);
    expect(leadsTo(await enterByProvider(mallory.elsewhere(), { id: 'lax' }))).toBe(
      '/sign-in?problem=account_exists',
    );
    await reset(two);
    await isTold(two);
    await isOwners(two);
  });

  test('trojan identifier: one that the attacker had begun to link before the reset is not added after it', async () => {
    const two = twoPeople();
    const { mallory } = two;
    await mallory.signUp();
    const begun = await mallory.account.post('/account/providers/lax');
    await reset(two);

    const late = await mallory.auth.get(await signInThere(begun, mallory.email));

    expect(leadsTo(late)).toBe('/sign-in?problem=sign_in_expired');
    await isOwners(two);
  });

  test('unexpired e-mail change: one that the attacker has asked for is void after the owner’s reset', async () => {
    const two = twoPeople();
    const { instance, owner, mallory } = two;
    const newEmail = newAddress('mallory');
    await mallory.signUp();
    await linkTrojan(mallory);
    const change = { currentPassword: mallory.password, newEmail };
    expect((await mallory.account.post('/account/email', change)).status).toBe(202);
    const token = await tokenTo(instance, newEmail, '/verify-email');

    await reset(two);
    const late = await mallory.auth.post('/auth/email/verify', { token });

    expect([late.status, late.json().code]).toEqual([400, 'invalid_token']);
    expect((await sessionOf(owner)).user.email).toBe(owner.email);
    await isOwners(two);
  });

  test('unexpired e-mail change: nor is one that was asked for without a password, by who came by a provider', async () => {
    const two = twoPeople();
    const { instance, mallory } = two;
    const newEmail = newAddress('mallory');
    expect(leadsTo(await enterByProvider(mallory, { id: 'lax' }))).toBe('/');
    expect((await mallory.account.post('/account/email', { newEmail })).status).toBe(202);
    const token = await tokenTo(instance, newEmail, '/verify-email');

    await reset(two);

    expect((await mallory.auth.post('/auth/email/verify', { token })).status).toBe(400);
    await isOwners(two);
  });

  test('non-verifying provider: an account that it made with the owner’s address is not joined, and a reset gives it to the owner', async () => {
    const two = twoPeople();
    const { owner, mallory } = two;
    expect(leadsTo(await enterByProvider(mallory, { id: 'lax' }))).toBe('/');
    expect((await sessionOf(mallory)).user).toMatchObject({ email: owner.email, emailVerified: false });

    // By whichever way the owner comes.
    expect(leadsTo(await enterByProvider(owner))).toBe('/sign-in?problem=account_exists');
    expect((await owner.signUp()).json().code).toBe('email_taken');
    await reset(two);

    await isTold(two);
    await isOwners(two);
  });

  test('non-verifying provider: the link of its mail, followed by the owner, gives the attacker nothing', async () => {
    const two = twoPeople();
    const { instance, owner, mallory } = two;
    await enterByProvider(mallory, { id: 'lax' });
    const token = await tokenTo(instance, owner.email, '/verify-email');

    expect((await owner.auth.post('/auth/email/verify', { token })).status).toBe(204);

    expect(await mallory.status()).toBe(401);
    await reset(two);
    await isOwners(two);
  });

  test('non-verifying provider: where sign-up is closed there is no such account, and the owner comes in', async () => {
    const two = twoPeople();
    const environment = { ...knowing(acme.environment(), lax.environment()), REQUIRE_VERIFIED_EMAIL: 'true' };
    const instance = start({ environment });
    const [owner, mallory] = [two.owner.elsewhere({ instance }), two.mallory.elsewhere({ instance })];
    expect((await mallory.signUp()).status).toBe(202);
    expect(leadsTo(await enterByProvider(mallory, { id: 'lax' }))).toBe('/sign-in?problem=provider_failed');

    expect(leadsTo(await enterByProvider(owner))).toBe('/');

    expect(await linkedTo(owner)).toEqual(['acme']);
    expect((await mallory.signIn()).status).toBe(401);
  });
});

test('an owner who confirms the address by the browser that came by the provider keeps it', async () => {
  const { instance, mallory: ada } = twoPeople();
  await enterByProvider(ada, { id: 'lax' });
  const token = await tokenTo(instance, ada.email, '/verify-email');

  expect((await ada.auth.post('/auth/email/verify', { token })).status).toBe(204);

  expect(await linkedTo(ada)).toEqual(['lax']);
  expect(leadsTo(await enterByProvider(ada.elsewhere(), { id: 'lax' }))).toBe('/');
});

test('a change of address that is undone takes what was linked since away', async () => {
  const { instance, owner } = twoPeople();
  await owner.signUp();
  const confirming = await tokenTo(instance, owner.email, '/verify-email');
  expect((await owner.auth.post('/auth/email/verify', { token: confirming })).status).toBe(204);
  // Somebody at a browser that was left signed in.
  const thief = owner.elsewhere({ cookies: owner.cookies });
  const newEmail = newAddress('thief');
  await thief.account.post('/account/email', { currentPassword: owner.password, newEmail });
  await thief.auth.post('/auth/email/verify', { token: await tokenTo(instance, newEmail, '/verify-email') });
  await linkTrojan(thief);
  const token = await tokenTo(instance, owner.email, '/undo-email');

  const undone = await owner.elsewhere().auth.post('/auth/email/undo', { token, newPassword: otherPassword });

  expect([undone.status, undone.body]).toEqual([204, '']);
  const back = owner.elsewhere();
  expect((await back.signIn(otherPassword)).status).toBe(200);
  expect(await linkedTo(back)).toEqual([]);
});
