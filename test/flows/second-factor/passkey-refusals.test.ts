import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Authenticator, type Lie } from '../../support/authenticator.ts';
import { testClock } from '../../support/clock.ts';
import type { TestAnswer } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { addPasskey, enterByPasskey, optionsFor, withPasskey } from '../../support/passkey.ts';
import { type Person, signedUp } from '../../support/person.ts';

const { start } = testInstances('refused passkeys');

async function member() {
  const clock = testClock();
  const instance = start({ now: clock.now });
  return { clock, instance, ada: await signedUp({ instance }) };
}

const otherChallenge = randomBytes(32).toString('base64url');

/** What is refused wherever a passkey comes in: W3C WebAuthn Level 3, the steps of 7.1 and those of 7.2. */
const liesOfBoth: [step: string, lie: Lie][] = [
  ['7.1.7, 7.2.11: of another type', { type: 'webauthn.other' }],
  ['7.1.8, 7.2.12: of another challenge', { challenge: otherChallenge }],
  ['7.1.9, 7.2.13: of another origin', { origin: 'http://localhost:3001' }],
  ['7.1.9, 7.2.13: of a host that only begins as ours', { origin: 'http://localhost.evil.example' }],
  ['7.1.10, 7.2.14: asked in a frame of another site', { crossOrigin: true }],
  ['7.1.11, 7.2.14: below a page of another site', { topOrigin: 'https://evil.example' }],
  ['7.1.14, 7.2.15: of another site, by its hash', { rpId: 'evil.example' }],
  ['7.1.15, 7.2.16: without anybody there', { userPresent: false }],
  ['7.1.17, 7.2.18: backed up, and not to be', { isBackedUp: true, isEligible: false }],
  ['with bytes left over', { leftOver: Buffer.from('more') }],
];

describe('a registration is refused', () => {
  const x5c = new Map([['x5c', [Buffer.from('a certificate')]]]);
  test.each<[string, Lie]>([
    ...liesOfBoth,
    ['that is an assertion', { type: 'webauthn.get' }],
    ['7.1.21: with a format that we do not know', { attestation: { fmt: 'unknown', attStmt: new Map() } }],
    ['7.1.21: attested by a maker', { attestation: { fmt: 'packed', attStmt: x5c } }],
    ['7.1.22: attested by none, and yet by something', { attestation: { fmt: 'none', attStmt: x5c } }],
    [
      '7.1.22: signed by itself, wrong',
      {
        attestation: {
          fmt: 'packed',
          attStmt: new Map<string, number | Buffer>([
            ['alg', -7],
            ['sig', Buffer.from('wrong')],
          ]),
        },
      },
    ],
    ['7.1.25: with an id that is too long', { id: randomBytes(1024).toString('base64url') }],
  ])('%s', async (_step, lie) => {
    const { ada } = await member();

    const refused = await addPasskey(ada, new Authenticator(), { lie });

    // An id of more than 1023 bytes is no id to begin with.
    expect(['invalid_passkey', 'invalid_request']).toContain(refused.json().code);
    expect([403, 422]).toContain(refused.status);
    expect((await ada.account.get('/account/factors')).json().passkeys).toEqual([]);
    expect((await addPasskey(ada, new Authenticator())).status).toBe(201);
  });

  test('7.1.20: with a key of an algorithm that was not asked for', async () => {
    const { ada } = await member();

    const refused = await addPasskey(ada, new Authenticator({ algorithm: -35 }));

    expect(refused.json()).toMatchObject({ status: 403, code: 'invalid_passkey' });
  });

  test('of another id than the one that was signed over', async () => {
    const { ada } = await member();
    const credential = new Authenticator().register(
      await optionsFor(ada.account, '/account/passkeys/options'),
    );
    const other = new Authenticator().id;

    const refused = await ada.account.post('/account/passkeys', {
      credential: { ...credential, id: other, rawId: other },
    });

    expect(refused.json()).toMatchObject({ status: 403, code: 'invalid_passkey' });
  });

  test('that comes twice, late, from another browser, or was begun for somebody else or something else', async () => {
    const { clock, instance, ada } = await member();
    const ben = await signedUp({ instance });
    const begun = () => optionsFor(ada.account, '/account/passkeys/options');
    const send = ({ account }: Person, credential: object) =>
      account.post('/account/passkeys', { credential });
    const refused: TestAnswer[] = [];

    const twice = new Authenticator().register(await begun());
    expect((await send(ada, twice)).status).toBe(201);
    refused.push(await send(ada, twice));
    const theirs = await begun();
    refused.push(await send(ben, new Authenticator().register(theirs)));
    // The very cookie, in the browser of somebody else.
    ben.cookies.set('session_auth_passkey', ada.cookies.get('session_auth_passkey') ?? '');
    refused.push(await send(ben, new Authenticator().register(theirs)));
    const elsewhere = ada.elsewhere();
    elsewhere.cookies.set('session_auth', ada.cookies.get('session_auth') ?? '');
    refused.push(await send(elsewhere, new Authenticator().register(await begun())));
    const forSignIn = await optionsFor(ada.auth, '/auth/passkey/options');
    refused.push(await send(ada, new Authenticator().register({ ...forSignIn, user: theirs.user })));
    const late = await begun();
    clock.pass(301);
    refused.push(await send(ada, new Authenticator().register(late)));

    expect(refused.map((each) => each.json().code)).toEqual(refused.map(() => 'invalid_passkey'));
    const { passkeys } = (await ada.account.get('/account/factors')).json();
    expect(passkeys).toHaveLength(1);
  });
});

describe('an assertion is refused', () => {
  test.each<[string, Lie]>([
    ...liesOfBoth,
    ['that is a registration', { type: 'webauthn.create' }],
    ['7.2.6: of a passkey that the account has not', { id: new Authenticator().id }],
    ['7.2.6: without whose it is', { userHandle: null }],
    ['7.2.6: of nobody', { userHandle: randomBytes(16).toString('base64url') }],
    ['7.2.17: by an authenticator that has not verified its user', { userVerified: false }],
    ['7.2.19: that can be backed up by now', { isEligible: true }],
    [
      '7.2.21: with a wrong signature',
      {
        signature: (right) => Buffer.concat([right.subarray(0, -1), Buffer.from([(right.at(-1) ?? 0) ^ 1])]),
      },
    ],
    ['7.2.21: with no signature', { signature: () => Buffer.alloc(0) }],
  ])('%s', async (_step, lie) => {
    const { ada } = await member();
    const authenticator = await withPasskey(ada);

    const refused = await enterByPasskey(ada.elsewhere(), authenticator, lie);

    expect(refused.json()).toMatchObject({ status: 401, code: 'invalid_passkey' });
    expect((await enterByPasskey(ada.elsewhere(), authenticator)).status).toBe(200);
  });

  test('7.2.6: with the handle of another account, also as a second factor', async () => {
    const { instance, ada } = await member();
    const ben = await signedUp({ instance });
    const hers = await withPasskey(ada);
    const his = await withPasskey(ben);
    const handle = (await ben.auth.get('/auth/session')).json().user.id;
    const there = ada.elsewhere();
    await there.signIn();
    const second = async (authenticator: Authenticator, lie = {}) => {
      const options = await optionsFor(there.auth, '/auth/second-factor/passkey-options');
      return there.auth.post('/auth/second-factor', { passkey: authenticator.sign(options, lie) });
    };

    const alone = await enterByPasskey(ada.elsewhere(), hers, { userHandle: handle });
    const answers = [await second(his), await second(hers, { userHandle: handle })];

    expect([alone.status, ...answers.map(({ status }) => status)]).toEqual([401, 401, 401]);
    expect(answers.map((each) => each.json())).toMatchObject([
      { code: 'invalid_code', errors: [{ path: 'passkey' }] },
      { code: 'invalid_code' },
    ]);
    // Not every key tells whose it is; what it is told says enough here.
    expect((await second(hers, { userHandle: null })).status).toBe(200);
  });

  test('7.2.22: with a counter that went back, which is told', async () => {
    const { instance, ada } = await member();
    const authenticator = await withPasskey(ada);
    await enterByPasskey(ada.elsewhere(), authenticator, { counter: 7 });

    const same = await enterByPasskey(ada.elsewhere(), authenticator, { counter: 7 });
    const zero = await enterByPasskey(ada.elsewhere(), authenticator, { counter: 0 });
    const forged = await enterByPasskey(ada.elsewhere(), authenticator, {
      counter: 3,
      signature: () => Buffer.from('wrong'),
    });

    expect([same, zero, forged].map((each) => each.json().code)).toEqual(Array(3).fill('invalid_passkey'));
    const { events } = (await ada.account.get('/account/activity')).json();
    expect(events.slice(0, 3).map(({ type }: { type: string }) => type)).toEqual([
      'sign_in_failed',
      'passkey_refused',
      'passkey_refused',
    ]);
    expect(instance.log.filter(({ message }) => /counter went back/.test(message))).toHaveLength(2);
    expect((await enterByPasskey(ada.elsewhere(), authenticator, { counter: 8 })).status).toBe(200);
  });

  test('not where an authenticator does not count', async () => {
    const { ada } = await member();
    const authenticator = await withPasskey(ada, { counts: false, isBackedUp: true });

    const answers = [
      await enterByPasskey(ada.elsewhere(), authenticator),
      await enterByPasskey(ada.elsewhere(), authenticator, { isBackedUp: false }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const { passkeys } = (await ada.account.get('/account/factors')).json();
    expect(passkeys).toMatchObject([{ backedUp: false }]);
  });

  test('that comes twice, late, from another browser, or was begun for something else', async () => {
    const { clock, ada } = await member();
    const authenticator = await withPasskey(ada);
    const browser = ada.elsewhere();
    const begun = () => optionsFor(browser.auth, '/auth/passkey/options');
    const send = async ({ auth }: Person, options: { challenge: string }) =>
      auth.post('/auth/passkey', { passkey: authenticator.sign(options) });
    const refused: TestAnswer[] = [];

    const options = await begun();
    const passkey = authenticator.sign(options);
    expect((await browser.auth.post('/auth/passkey', { passkey })).status).toBe(200);
    refused.push(await browser.auth.post('/auth/passkey', { passkey }));
    // Another answer to the same challenge.
    refused.push(await send(browser, options));
    refused.push(await send(ada.elsewhere(), await begun()));
    refused.push(await send(ada, await optionsFor(ada.account, '/account/passkeys/options')));
    refused.push(await send(ada, await optionsFor(ada.auth, '/auth/second-factor/passkey-options')));
    const late = await begun();
    clock.pass(301);
    refused.push(await send(browser, late));

    expect(refused.map((each) => each.json().code)).toEqual(refused.map(() => 'invalid_passkey'));
  });

  test('as a second factor of another sign-in that waits', async () => {
    const { ada } = await member();
    const authenticator = await withPasskey(ada);
    const [first, second] = [ada.elsewhere(), ada.elsewhere()];
    await first.signIn();
    await second.signIn();
    const options = await optionsFor(first.auth, '/auth/second-factor/passkey-options');
    second.cookies.set('session_auth_passkey', first.cookies.get('session_auth_passkey') ?? '');
    const alone = await optionsFor(second.auth, '/auth/passkey/options');

    const answers = [
      await second.auth.post('/auth/second-factor', { passkey: authenticator.sign(options) }),
      await second.auth.post('/auth/second-factor', { passkey: authenticator.sign(alone) }),
      await first.auth.post('/auth/second-factor', { passkey: authenticator.sign(options) }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 200]);
  });

  test('in a race of ten over two instances, but for one', async () => {
    const { clock, ada } = await member();
    const authenticator = await withPasskey(ada);
    const other = start({ now: clock.now });
    const browser = ada.elsewhere();
    const options = await optionsFor(browser.auth, '/auth/passkey/options');
    const passkey = authenticator.sign(options);
    const racers = Array.from({ length: 10 }, (_, n) => {
      const racer = ada.elsewhere(n % 2 ? { instance: other } : {});
      racer.cookies.set('session_auth_passkey', browser.cookies.get('session_auth_passkey') ?? '');
      return racer;
    });

    const answers = await Promise.all(racers.map(({ auth }) => auth.post('/auth/passkey', { passkey })));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(401)]);
  });

  test('and ends the sign-in that waits with the fifth', async () => {
    const { ada } = await member();
    const authenticator = await withPasskey(ada);
    const there = ada.elsewhere();
    await there.signIn();
    const answer = async (lie: Lie) => {
      const asked = await there.auth.post('/auth/second-factor/passkey-options');
      if (asked.status !== 200) return asked.json().code;
      const passkey = authenticator.sign(asked.json(), lie);
      return (await there.auth.post('/auth/second-factor', { passkey })).json().code;
    };

    const codes: string[] = [];
    for (let time = 0; time < 6; time += 1)
      codes.push(await answer({ signature: () => Buffer.from('wrong') }));

    expect(codes).toEqual([...Array(5).fill('invalid_code'), 'not_signed_in']);
  });
});

test('with several pages open each may be answered, the newest four', async () => {
  const { ada } = await member();
  const authenticator = await withPasskey(ada);
  const browser = ada.elsewhere();
  const begun: { challenge: string }[] = [];
  for (let page = 0; page < 5; page += 1) begun.push(await optionsFor(browser.auth, '/auth/passkey/options'));

  const answers: number[] = [];
  for (const options of begun.toReversed()) {
    const passkey = authenticator.sign(options);
    answers.push((await browser.auth.post('/auth/passkey', { passkey })).status);
  }

  expect(answers).toEqual([200, 200, 200, 200, 401]);
});

test('a lock of the account keeps no passkey out, and a passkey does not open it', async () => {
  const { ada, instance } = await member();
  const authenticator = await withPasskey(ada);
  const { limits } = instance.services;
  const failing = Array.from({ length: 100 }, async (_, n) => {
    const attempt = await limits.signIn(ada.email, `198.51.${n}.7`);
    await attempt.failed();
  });
  await Promise.allSettled(failing);
  const there = ada.elsewhere({ ip: '192.0.2.9' });
  expect((await there.signIn()).status).toBe(429);

  const entered = await enterByPasskey(ada.elsewhere(), authenticator);

  expect(entered.status).toBe(200);
  expect((await there.signIn()).status).toBe(429);
});

test('with REQUIRE_VERIFIED_EMAIL nobody enters by a passkey whose address is not confirmed', async () => {
  const { clock, ada } = await member();
  const authenticator = await withPasskey(ada);
  const closed = start({ now: clock.now, environment: { REQUIRE_VERIFIED_EMAIL: 'true' } });

  const refused = await enterByPasskey(ada.elsewhere({ instance: closed }), authenticator);

  expect(refused.json()).toMatchObject({ status: 401, code: 'invalid_passkey' });
  expect((await enterByPasskey(ada.elsewhere(), authenticator)).status).toBe(200);
});

test('a deployed stage takes passkeys of its own host alone, and names its cookie __Host-', async () => {
  const environment = {
    STAGE: 'production',
    PUBLIC_URL: 'https://id.example.com',
    ALLOWED_ORIGINS: 'https://app.id.example.com,https://example.com',
  };
  const { relyingPartyOf } = await import('../../../lib/flows/shared/relying-party.ts');
  const party = relyingPartyOf({
    publicUrl: environment.PUBLIC_URL,
    appName: 'Example',
    allowedOrigins: environment.ALLOWED_ORIGINS.split(','),
  });

  expect(party).toEqual({
    id: 'id.example.com',
    name: 'Example',
    origins: ['https://id.example.com', 'https://app.id.example.com'],
  });
});
