import { UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Instance } from '../../../support/instance.ts';
import { testInstances } from '../../../support/instances.ts';
import {
  environmentOfAll,
  type Lies,
  lyingClientId,
  lyingSecret,
  newKey,
  nowSeconds,
} from '../../../support/lying-provider.ts';
import { type Person, person } from '../../../support/person.ts';
import {
  begin,
  comeBack,
  countAll,
  expectQuietLog,
  outcome,
  problem,
  providerPerson,
  signInBy,
} from '../../../support/provider-visits.ts';
import { testProvider } from '../../../support/test-provider.ts';

// What may come back from a provider, and is not right: nobody is signed in, nothing is stored, the log says it.

const { start, database } = testInstances('provider protocol');
const acme = await testProvider('acme');
const other = await testProvider('other');
const foreign = await newKey();

let before: Record<string, number>;
let instance: Instance;
let ada: Person;

beforeEach(async () => {
  before = await countAll(database);
  instance = start({ environment: environmentOfAll(acme, other) });
  ada = person({ instance });
});

/** That nobody came in, and nothing was written; the log has something to say where a provider was asked. */
async function expectNobody(someone: Person = ada): Promise<void> {
  expect(someone.cookies.get('session_auth')).toBeUndefined();
  expect(await someone.status()).toBe(401);
  expect(await countAll(database)).toEqual(before);
}

const warnings = () => instance.log.filter(({ level }) => level === 'warn').map(({ message }) => message);

describe('ASVS 10.1.2, 10.2.1: what comes back is taken only in the browser that began', () => {
  afterEach(() => {
    expect(acme.count('token')).toBe(0);
    expectQuietLog(instance, acme);
  });

  test('not with another state', async () => {
    const sent = acme.sendBack(await begin(ada), providerPerson());
    const another = acme.sendBack(await begin(person({ instance })), providerPerson());

    const answer = await comeBack(ada, { ...sent, state: another.state ?? '' });

    expect(outcome(answer)).toEqual(problem('sign_in_expired'));
    await expectNobody();
  });

  test.each([
    ['without a state', undefined],
    ['with an empty one', ''],
    ['with a state that nobody has made', 'A'.repeat(43)],
  ])('not %s', async (_what, state) => {
    const { state: _right, ...sent } = acme.sendBack(await begin(ada), providerPerson());

    const answer = await comeBack(ada, { ...sent, ...(state !== undefined && { state }) });

    expect(outcome(answer)).toEqual(problem('sign_in_expired'));
    await expectNobody();
  });

  test('not in another browser, which has begun too', async () => {
    const sent = acme.sendBack(await begin(ada), providerPerson());
    const victim = person({ instance });
    await begin(victim);

    expect(outcome(await comeBack(victim, sent))).toEqual(problem('sign_in_expired'));
    await expectNobody(victim);
  });

  test('not a code that comes to a browser which has not begun', async () => {
    const attacker = person({ instance });
    const sent = acme.sendBack(await begin(attacker), providerPerson());

    expect(outcome(await comeBack(ada, sent))).toEqual(problem('sign_in_expired'));
    await expectNobody();
  });

  test('not with the cookie of another attempt, or one that was made up', async () => {
    const sent = acme.sendBack(await begin(ada), providerPerson());
    const kept = ada.cookies.get('session_auth_provider') ?? '';
    const at = kept.length / 2;
    const changed = kept.slice(0, at) + (kept[at] === 'A' ? 'B' : 'A') + kept.slice(at + 1);
    for (const value of [changed, kept.slice(0, -1), 'x'.repeat(200), '', `${kept}.${'y'.repeat(4000)}`]) {
      ada.cookies.set('session_auth_provider', value);
      expect(outcome(await comeBack(ada, sent))).toEqual(problem('sign_in_expired'));
    }
    await expectNobody();
  });

  test('not where somebody has planted a second cookie beside it', async () => {
    const sent = acme.sendBack(await begin(ada), providerPerson());
    const mine = ada.cookies.get('session_auth_provider');
    const victim = person({ instance });
    await begin(victim);
    const theirs = victim.cookies.get('session_auth_provider');

    const answer = await comeBack(ada, sent, 'acme', {
      cookies: [`session_auth_provider=${theirs}`, `session_auth_provider=${mine}`],
    });

    expect(outcome(answer)).toEqual(problem('sign_in_expired'));
    await expectNobody();
  });

  test('not at the callback of another provider', async () => {
    const sent = acme.sendBack(await begin(ada), providerPerson());

    expect(outcome(await comeBack(ada, sent, 'other'))).toEqual(problem('sign_in_expired'));
    expect(other.asked).toEqual([]);
    await expectNobody();
  });
});

describe('ASVS 10.2.2: two providers cannot be taken for each other', () => {
  test('an answer that says another issuer is refused, and its code goes nowhere', async () => {
    const sent = acme.sendBack(await begin(ada), providerPerson());

    const answer = await comeBack(ada, { ...sent, iss: other.issuer });

    expect(outcome(answer)).toEqual(problem('provider_failed'));
    expect([acme.count('token'), other.asked.length]).toEqual([0, 0]);
    expect(warnings()).toEqual(['signing in by a provider failed']);
    await expectNobody();
  });

  test('RFC 9207: where the metadata promises iss, an answer without it is refused', async () => {
    const { iss: _promised, ...sent } = acme.sendBack(await begin(ada), providerPerson());

    expect(outcome(await comeBack(ada, sent))).toEqual(problem('provider_failed'));
    expect(acme.count('token')).toBe(0);
    await expectNobody();
  });

  test('where it promises none, an answer without iss is taken, and one with a wrong iss is not', async () => {
    acme.lies.metadata = { authorization_response_iss_parameter_supported: undefined };
    const { iss: _right, ...sent } = acme.sendBack(await begin(ada), providerPerson());
    const eve = person({ instance });
    const wrong = { ...acme.sendBack(await begin(eve), providerPerson()), iss: other.issuer };

    expect(outcome(await comeBack(eve, wrong))).toEqual(problem('provider_failed'));
    await expectNobody(eve);
    expect(outcome(await comeBack(ada, sent))).toEqual([303, '/']);
  });

  test('a provider that has the browser answer at the callback of another gets no code of that other', async () => {
    // The attack: "other" is bad, and sends who came to it on to acme with its own state.
    const atOther = new URL(await begin(ada, 'other'));
    const atAcme = new URL(await begin(person({ instance })));
    atAcme.searchParams.set('state', atOther.searchParams.get('state') ?? '');
    const sent = acme.sendBack(atAcme.href, providerPerson());

    for (const id of ['acme', 'other'])
      expect(['provider_failed', 'sign_in_expired'].map(problem)).toContainEqual(
        outcome(await comeBack(ada, sent, id)),
      );
    expect([acme.count('token'), other.count('token')]).toEqual([0, 0]);
    await expectNobody();
  });

  test('an id token of the other provider is refused', async () => {
    acme.lies.idToken = (claims) => other.sign({ ...claims, iss: other.issuer });

    expect(outcome(await signInBy(ada, acme, providerPerson()))).toEqual(problem('provider_failed'));
    await expectNobody();
  });
});

describe('what is asked of a provider', () => {
  test('ASVS 10.2.3: no more than openid, email and profile', async () => {
    const { searchParams } = new URL(await begin(ada));

    expect(searchParams.get('scope')).toBe('openid email profile');
  });

  test('ASVS 10.1.2: a code by PKCE S256, with state, nonce and verifier of 256 bits that come but once', async () => {
    const urls = [new URL(await begin(ada)), new URL(await begin(ada)), new URL(await begin(ada))];
    const all = (name: string) => urls.map(({ searchParams }) => searchParams.get(name) ?? '');

    for (const url of urls) {
      expect(url.origin + url.pathname).toBe(`${acme.issuer}/authorize`);
      expect(Object.fromEntries(url.searchParams)).toMatchObject({
        response_type: 'code',
        client_id: lyingClientId,
        redirect_uri: 'http://localhost:3000/auth/with/acme/callback',
        code_challenge_method: 'S256',
      });
      expect(url.searchParams.has('code_verifier')).toBe(false);
      expect(url.href).not.toContain(encodeURIComponent(lyingSecret));
    }
    const secrets = [...all('state'), ...all('nonce'), ...all('code_challenge')];
    expect(new Set(secrets).size).toBe(9);
    for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43}$/);
  });

  test('the verifier comes with the code, and is that of the challenge', async () => {
    expect(outcome(await signInBy(ada, acme, providerPerson(), '/settings'))).toEqual([303, '/settings']);

    // It refuses every other verifier itself.
    const [asked] = acme.asked.filter(({ door }) => door === 'token');
    expect(Object.fromEntries(asked?.fields ?? [])).toMatchObject({
      grant_type: 'authorization_code',
      redirect_uri: 'http://localhost:3000/auth/with/acme/callback',
      code_verifier: expect.stringMatching(/^[\w-]{43}$/),
    });
    expectQuietLog(instance, acme);
  });

  test('a code of another attempt fails by its verifier', async () => {
    const mine = acme.sendBack(await begin(ada), providerPerson());
    const theirs = acme.sendBack(await begin(person({ instance })), providerPerson());

    const answer = await comeBack(ada, { ...mine, code: theirs.code ?? '' });

    expect(acme.count('token')).toBe(1);
    expect(outcome(answer)).toEqual(problem('provider_failed'));
    await expectNobody();
  });

  test.each<[string, string[] | undefined, 'post' | 'basic']>([
    ['post, where that is all it takes', ['client_secret_post'], 'post'],
    ['basic, where that is all it takes', ['client_secret_basic'], 'basic'],
    ['basic, where it does not say', undefined, 'basic'],
  ])('the secret goes by %s', async (_what, methods, way) => {
    acme.lies.metadata = { token_endpoint_auth_methods_supported: methods };

    expect(outcome(await signInBy(ada, acme, providerPerson()))).toEqual([303, '/']);

    const [asked] = acme.asked.filter(({ door }) => door === 'token');
    expect(asked?.fields.get('client_secret')).toBe(way === 'post' ? lyingSecret : null);
    expect(asked?.authorization?.split(' ')[0]).toBe(way === 'post' ? undefined : 'Basic');
  });
});

const at = nowSeconds;
const audience = (aud: unknown, azp?: unknown) => ({ claims: { aud, azp } });

describe('ASVS 10.5.1, 10.5.2, 10.5.4: an id token is refused', () => {
  test.each<[string, () => Lies]>([
    ['ASVS 10.5.1: with another nonce', () => ({ claims: { nonce: 'B'.repeat(43) } })],
    ['ASVS 10.5.1: without a nonce', () => ({ claims: { nonce: undefined } })],
    ['ASVS 10.5.2: without a subject', () => ({ claims: { sub: undefined } })],
    ['ASVS 10.5.2: with an empty subject', () => ({ claims: { sub: '' } })],
    ['ASVS 10.5.2: with a subject that is no text', () => ({ claims: { sub: 7 } })],
    ['ASVS 10.5.2: without an issuer', () => ({ claims: { iss: undefined } })],
    ['ASVS 10.5.2: of another issuer', () => ({ claims: { iss: 'https://evil.example' } })],
    ['ASVS 10.5.2: of the issuer with a slash', () => ({ claims: { iss: `${acme.issuer}/` } })],
    ['ASVS 10.5.4: for another client', () => audience('another-client')],
    ['ASVS 10.5.4: for nobody', () => audience(undefined)],
    ['ASVS 10.5.4: for several, without azp', () => audience([lyingClientId, 'another-client'])],
    ['ASVS 10.5.4: for several, asked by another', () => audience([lyingClientId, 'another'], 'another')],
    ['ASVS 10.5.4: for us, asked by another', () => audience(lyingClientId, 'another-client')],
    [
      'that is over, by more than the minute of skew',
      () => ({ claims: { iat: at() - 400, exp: at() - 65 } }),
    ],
    ['without an end', () => ({ claims: { exp: undefined } })],
    ['whose end is no number', () => ({ claims: { exp: 'tomorrow' } })],
    ['that does not say when it was made', () => ({ claims: { iat: undefined } })],
    ['that is made in the future', () => ({ claims: { iat: at() + 90, exp: at() + 400 } })],
    ['that is not valid yet', () => ({ claims: { nbf: at() + 90 } })],
    ['that is not there', () => ({ idToken: () => undefined })],
    ['that is no token', () => ({ idToken: () => 'a.b.c' })],
    ['that is no text', () => ({ idToken: () => ({ sub: 'somebody' }) })],
    ['alg none', () => ({ idToken: (claims) => new UnsecuredJWT(claims).encode() })],
    ['alg none, with an empty signature of another', () => ({ idToken: unsigned })],
    ['HS256 with our secret', () => ({ idToken: (claims) => signedByText(claims, lyingSecret) })],
    ['HS256 with its public key', () => ({ idToken: publicKeyAsSecret })],
    ['signed by another key under the name of its own', () => ({ idToken: signedByForeign })],
    ['signed by a key that it does not know', () => ({ key: foreign })],
    ['changed after it was signed', () => ({ idToken: changed })],
    ['with an extension that must be understood', () => ({ header: { crit: ['exp'], exp: 1 } })],
  ])('%s', async (_what, lies) => {
    acme.lies = lies();
    const who = providerPerson();

    const answer = await signInBy(ada, acme, who);

    expect(acme.count('token')).toBe(1);
    expect(outcome(answer)).toEqual(problem('provider_failed'));
    expect(warnings()).toEqual(['signing in by a provider failed']);
    expectQuietLog(instance, acme, [who.sub]);
    await expectNobody();
  });

  test('ASVS 10.5.1: that was given out for an attempt before', async () => {
    const who = providerPerson();
    expect(outcome(await signInBy(person({ instance }), acme, who))).toEqual([303, '/']);
    before = await countAll(database);
    const [old] = acme.given;
    acme.lies.idToken = () => old;

    expect(outcome(await signInBy(ada, acme, who))).toEqual(problem('provider_failed'));
    await expectNobody();
  });
});

type Claims = Parameters<NonNullable<Lies['idToken']>>[0];

async function signedByText(claims: Claims, secret: string): Promise<string> {
  const { SignJWT } = await import('jose');
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret));
}

async function publicKeyAsSecret(claims: Claims): Promise<string> {
  const { keys } = (await (await fetch(`${acme.issuer}/keys`)).json()) as { keys: unknown[] };
  return signedByText(claims, JSON.stringify(keys[0]));
}

async function unsigned(claims: Claims): Promise<string> {
  const [, body] = (await acme.sign(claims)).split('.');
  return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`;
}

async function signedByForeign(claims: Claims): Promise<string> {
  const [header = ''] = (await acme.sign(claims)).split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString());
  return acme.sign(claims, { kid }, foreign);
}

async function changed(claims: Claims): Promise<string> {
  const [header, , signature] = (await acme.sign(claims)).split('.');
  const body = Buffer.from(JSON.stringify({ ...claims, sub: 'somebody else' })).toString('base64url');
  return [header, body, signature].join('.');
}

describe('an id token is taken', () => {
  test.each<[string, () => Lies]>([
    [
      'that is over for less than the minute of skew',
      () => ({ claims: { iat: at() - 300, exp: at() - 30 } }),
    ],
    ['of a clock that is half a minute ahead', () => ({ claims: { iat: at() + 30, nbf: at() + 30 } })],
    ['for us in a list', () => audience([lyingClientId])],
    ['for several, asked by us', () => audience([lyingClientId, 'another-client'], lyingClientId)],
    ['with claims that nobody knows', () => ({ claims: { more: { deep: [1, null] }, amr: 'mfa', acr: 1 } })],
  ])('%s', async (_what, lies) => {
    acme.lies = lies();

    expect(outcome(await signInBy(ada, acme, providerPerson()))).toEqual([303, '/']);
    expect(await ada.status()).toBe(200);
  });

  test('signed with what else its metadata names', async () => {
    acme.lies = {
      metadata: { id_token_signing_alg_values_supported: ['ES256'], jwks_uri: `${acme.issuer}/keys` },
      key: await newKey('ES256'),
    };
    acme.lies.answer = { keys: { status: 200, body: JSON.stringify({ keys: [acme.lies.key?.jwk] }) } };

    expect(outcome(await signInBy(ada, acme, providerPerson()))).toEqual([303, '/']);
  });

  test('by a key that is new: the keys are asked for once more, in that very sign-in', async () => {
    await signInBy(person({ instance }), acme, providerPerson());
    expect(acme.count('keys')).toBe(1);
    await acme.rotate();

    expect(outcome(await signInBy(ada, acme, providerPerson()))).toEqual([303, '/']);
    expect([acme.count('keys'), acme.count('discovery')]).toEqual([2, 1]);
  });
});

describe('ASVS 10.5.3: metadata is refused', () => {
  test.each<[string, () => Lies]>([
    ['of another issuer', () => ({ metadata: { issuer: other.issuer } })],
    ['of the issuer with a path', () => ({ metadata: { issuer: `${acme.issuer}/tenant` } })],
    ['without an issuer', () => ({ metadata: { issuer: undefined } })],
    ['without the address of its keys', () => ({ metadata: { jwks_uri: undefined } })],
    ['without an address for codes', () => ({ metadata: { token_endpoint: undefined } })],
    ['without an address to go to', () => ({ metadata: { authorization_endpoint: undefined } })],
    ['with an address that is none', () => ({ metadata: { authorization_endpoint: 'nowhere' } })],
    [
      'with an address of no web page',
      () => ({ metadata: { authorization_endpoint: 'javascript:alert(1)' } }),
    ],
    ['that is no JSON', () => ({ answer: { discovery: { status: 200, body: '<html>' } } })],
    ['that is not there', () => ({ answer: { discovery: { status: 404 } } })],
    ['that is elsewhere', () => ({ answer: { discovery: { status: 302 } } })],
  ])('%s', async (_what, lies) => {
    acme.lies = lies();

    const answer = await ada.auth.get('/auth/with/acme', { expect5xx: true });

    expect(answer.json()).toMatchObject({ status: 503, code: 'unavailable' });
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(answer.cookies).toEqual([]);
    await expectNobody();
    expectQuietLog(instance, acme);
    acme.lies = {};
    expect(outcome(await signInBy(ada, acme, providerPerson()))).toEqual([303, '/']);
  });
});

describe('an answer of the token endpoint is refused', () => {
  test.each<[string, NonNullable<Lies['answer']>]>([
    [
      'that is an error',
      { token: { status: 400, body: '{"error":"invalid_grant","error_description":"ada@mail.test"}' } },
    ],
    ['that says our secret is wrong', { token: { status: 401, body: '{"error":"invalid_client"}' } }],
    ['that is a fault', { token: { status: 500, body: 'ada@mail.test' } }],
    ['that is no JSON', { token: { status: 200, body: '<html>ada@mail.test' } }],
    ['that is empty', { token: { status: 200, body: '{}' } }],
    ['that leads elsewhere', { token: { status: 307 } }],
    ['whose keys are not there', { keys: { status: 500 } }],
    ['whose keys are none', { keys: { status: 200, body: '{"keys":[]}' } }],
    ['whose keys are no list', { keys: { status: 200, body: '{"keys":"ada@mail.test"}' } }],
  ])('%s', async (_what, answer) => {
    acme.lies = { answer };

    expect(outcome(await signInBy(ada, acme, providerPerson()))).toEqual(problem('provider_failed'));
    expect(warnings()).toEqual(['signing in by a provider failed']);
    expectQuietLog(instance, acme);
    await expectNobody();
  });
});

describe('what it is asked for more, of who has no account yet, is refused', () => {
  test.each<[string, Lies]>([
    ['of another subject', { userinfo: { sub: 'somebody-else' } }],
    ['without a subject', { userinfo: { sub: undefined } }],
    ['that is a fault', { answer: { userinfo: { status: 500 } } }],
    ['that it does not give', { answer: { userinfo: { status: 403 } } }],
    ['that is no JSON', { answer: { userinfo: { status: 200, body: 'ada@mail.test' } } }],
    ['without an address', { userinfo: { email: undefined } }],
    ['with an address that is none', { userinfo: { email: 'nobody', email_verified: true } }],
    ['with an address that is no text', { userinfo: { email: ['ada@mail.test'] } }],
  ])('%s', async (_what, lies) => {
    acme.lies = lies;

    expect(outcome(await signInBy(ada, acme, providerPerson()))).toEqual(problem('provider_failed'));
    expect(acme.count('userinfo')).toBe(1);
    expectQuietLog(instance, acme);
    await expectNobody();
  });
});
