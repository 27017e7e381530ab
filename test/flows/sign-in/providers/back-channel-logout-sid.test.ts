import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { testClock } from '../../../support/clock.ts';
import { type Death, dieAt } from '../../../support/dying.ts';
import { testInstances } from '../../../support/instances.ts';
import { logoutToken, refusedToken, said, tell } from '../../../support/logout-tokens.ts';
import { environmentOfAll, type LyingPerson, type LyingProvider } from '../../../support/lying-provider.ts';
import { otherPassword, type Person, person } from '../../../support/person.ts';
import { expectQuietLog, outcome, providerPerson, signInBy } from '../../../support/provider-visits.ts';
import { testProvider } from '../../../support/test-provider.ts';
import { withApp } from '../../../support/totp.ts';

// OpenID Connect Back-Channel Logout 1.0, where a token names a session there (`sid`) and no user.

const { database, start } = testInstances('back channel logout by sid');
const acme = await testProvider('acme');
const other = await testProvider('other');

const environment = () => environmentOfAll(acme, other);
let sids = 0;

/** A session there that no other test has. */
function newSid(): string {
  sids += 1;
  return `a session there, ${process.pid} ${sids}`;
}

/** Comes by a session there. */
function signInAs(someone: Person, who: LyingPerson, sid: unknown, provider = acme) {
  provider.lies = { claims: { sid } };
  return signInBy(someone, provider, who);
}

/** Has a provider say that a session there has ended. */
async function end(sid: unknown, by: Person, provider = acme): Promise<unknown[]> {
  return said(await tell(by, await logoutToken(provider, { sid }), provider.id));
}

/** Somebody signed in by a session there, in front of an instance. */
async function cameBy(sid: unknown, instance = start({ environment: environment() })) {
  const who = providerPerson();
  const ada = person({ instance, email: who.email });
  expect((await signInAs(ada, who, sid)).status).toBe(303);
  return { instance, who, ada };
}

async function setPassword(someone: Person, newPassword = someone.password): Promise<void> {
  expect((await someone.account.post('/account/password', { newPassword })).status).toBe(204);
}

async function link(someone: Person, who: LyingPerson, provider: LyingProvider, sid: unknown): Promise<void> {
  provider.lies = { claims: { sid } };
  const begun = await someone.account.post(`/account/providers/${provider.id}`);
  const fields = provider.sendBack(begun.headers.get('location'), who);
  const query = Object.entries(fields);
  const answer = await someone.auth.get(`/auth/with/${provider.id}/callback`, { query });
  expect(outcome(answer)).toEqual([303, '/security']);
}

async function eventsOf(someone: Person): Promise<string[]> {
  const { events } = (await someone.account.get('/account/activity')).json();
  return events.map(({ type }: { type: string }) => type);
}

type Named = Record<'sid' | 'sub', string>;

const ended = async (someone: Person) => (await someone.status()) === 401;
const done = [200, ''];

describe('the end of a session there', () => {
  test('ends what came by it, and nothing else of the same person', async () => {
    const [phoneSid, deskSid] = [newSid(), newSid()];
    const { who, ada } = await cameBy(phoneSid);
    await setPassword(ada);
    const [desk, byPassword] = [ada.elsewhere(), ada.elsewhere()];
    await signInAs(desk, who, deskSid);
    await byPassword.signIn();

    expect(await end(phoneSid, ada)).toEqual(done);

    expect([await ended(ada), await ended(desk), await ended(byPassword)]).toEqual([true, false, false]);
    expect((await eventsOf(desk)).filter((type) => type === 'provider_logout')).toHaveLength(1);
    expect(await end(deskSid, ada)).toEqual(done);
    expect([await ended(desk), await ended(byPassword)]).toEqual([true, false]);
  });

  test('ends every browser’s that came by it, and says so in the activity of each account', async () => {
    const sid = newSid();
    const { instance, who, ada } = await cameBy(sid);
    const again = ada.elsewhere();
    await signInAs(again, who, sid);
    const { who: theirs, ada: eve } = await cameBy(sid, instance);

    expect(await end(sid, ada)).toEqual(done);

    expect([await ended(ada), await ended(again), await ended(eve)]).toEqual([true, true, true]);
    await signInAs(ada, who, newSid());
    await signInAs(eve, theirs, newSid());
    for (const someone of [ada, eve])
      expect((await eventsOf(someone)).filter((type) => type === 'provider_logout')).toHaveLength(1);
  });

  test('that nobody came by is answered alike, and is no event', async () => {
    const { ada } = await cameBy(newSid());

    expect(await end(newSid(), ada)).toEqual(done);

    expect(await ended(ada)).toBe(false);
    expect(await eventsOf(ada)).not.toContain('provider_logout');
  });

  test('at another provider that calls its own so ends nothing here', async () => {
    const sid = newSid();
    const { instance, ada } = await cameBy(sid);
    const who = providerPerson('eve');
    const eve = person({ instance });
    await signInAs(eve, who, sid, other);

    expect(await end(sid, ada, other)).toEqual(done);
    expect([await ended(ada), await ended(eve)]).toEqual([false, true]);
    await signInAs(eve, who, sid, other);
    expect(await end(sid, ada)).toEqual(done);
    expect([await ended(ada), await ended(eve)]).toEqual([true, false]);
  });

  test('beside the user ends all that the user has by that provider', async () => {
    const { instance, who, ada } = await cameBy(newSid());
    const desk = ada.elsewhere();
    await signInAs(desk, who, newSid());
    const sid = newSid();
    const { ada: eve } = await cameBy(sid, instance);

    expect(said(await tell(ada, await logoutToken(acme, { sub: who.sub, sid })))).toEqual(done);

    expect([await ended(ada), await ended(desk), await ended(eve)]).toEqual([true, true, false]);
  });

  test('beside a user who has unlinked the provider since ends what came by it', async () => {
    const sid = newSid();
    const { who, ada } = await cameBy(sid);
    await setPassword(ada);
    expect((await ada.account.delete('/account/providers/acme')).status).toBe(204);
    const byPassword = ada.elsewhere();
    await byPassword.signIn();

    expect(said(await tell(ada, await logoutToken(acme, { sub: who.sub, sid })))).toEqual(done);

    expect([await ended(ada), await ended(byPassword)]).toEqual([true, false]);
  });

  test.each([
    ['a session there', ({ sid }: Named) => ({ sid })],
    ['a user', ({ sub }: Named) => ({ sub })],
  ])('is nothing to tell of where it names %s whose session here was over', async (_what, names) => {
    const clock = testClock();
    const sid = newSid();
    const { who, ada } = await cameBy(sid, start({ environment: environment(), now: clock.now }));
    clock.pass(40 * 86_400);

    const token = await logoutToken(acme, names({ sid, sub: who.sub }));
    expect(said(await tell(ada, token))).toEqual(done);

    clock.pass(1);
    const back = ada.elsewhere();
    await signInAs(back, who, newSid());
    expect(await eventsOf(back)).not.toContain('provider_logout');
  });

  test('is told once', async () => {
    const sid = newSid();
    const { who, ada } = await cameBy(sid);
    const token = await logoutToken(acme, { sid });
    expect(said(await tell(ada, token))).toEqual(done);
    await signInAs(ada, who, sid);

    expect(said(await tell(ada, token))).toEqual(refusedToken);

    expect(await ended(ada)).toBe(false);
  });
});

describe('an id token', () => {
  test.each([
    ['names none', undefined],
    ['names it by an empty text', ''],
    ['names it by a number', 7],
    ['names it by null', null],
    ['names it by a list', ['a session']],
  ])('that %s lets in all the same, and only the end of all that the user has ends that', async (_, sid) => {
    const { who, ada } = await cameBy(sid);
    const [stored] = await sessionsOf(ada);
    expect(stored).not.toHaveProperty('providerSession');

    for (const each of ['7', 'null', 'undefined', 'a session', '["a session"]'])
      expect(await end(each, ada)).toEqual(done);
    expect(await ended(ada)).toBe(false);

    expect(said(await tell(ada, await logoutToken(acme, { sub: who.sub })))).toEqual(done);
    expect(await ended(ada)).toBe(true);
  });

  test.each([
    ['of 5,000 letters', 'x'.repeat(5000)],
    ['with every kind of letter in it', ' \0"$.%ä🕊\n:'],
  ])('that names it by a text %s counts', async (_, sid) => {
    const { ada } = await cameBy(sid);

    expect(await end(`${sid}x`, ada)).toEqual(done);
    expect(await ended(ada)).toBe(false);
    expect(await end(sid, ada)).toEqual(done);
    expect(await ended(ada)).toBe(true);
  });
});

/** Somebody's sessions as they are stored. */
async function sessionsOf(someone: Person): Promise<Record<string, unknown>[]> {
  const { user } = (await someone.auth.get('/auth/session')).json();
  return database.db().collection('sessions').find({ userId: user.id }).toArray();
}

test('a session there is kept as a hash, and told to nobody', async () => {
  const sid = newSid();
  const { instance, ada } = await cameBy(sid);
  const hash = createHash('sha256').update(sid).digest('base64url');

  const stored = await sessionsOf(ada);
  const answers = await Promise.all([
    ada.auth.get('/auth/session'),
    ada.sessions.get('/sessions'),
    ada.account.get('/account/export'),
    ada.account.get('/account/activity'),
    ada.pages.get('/devices'),
  ]);
  answers.push(await tell(ada, await logoutToken(acme, { sid })));

  expect(stored.map(({ providerSession }) => providerSession)).toEqual([`oidc:acme:${hash}`]);
  expect(JSON.stringify(stored)).not.toContain(sid);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
  for (const { body, headers } of answers) {
    const told = [body];
    headers.forEach((value) => void told.push(value));
    for (const secret of [sid, hash, 'providerSession']) expect(told.join('\n')).not.toContain(secret);
  }
  expectQuietLog(instance, acme, [sid, hash]);
});

describe('a session that is under a new id since', () => {
  const steps: [string, (ada: Person, who: LyingPerson) => Promise<void>][] = [
    ['by a new password', (ada) => setPassword(ada, otherPassword)],
    [
      'by showing the password anew',
      async (ada) => {
        await setPassword(ada);
        const shown = await ada.auth.post('/auth/reauthenticate', { currentPassword: ada.password });
        expect(shown.status).toBe(204);
      },
    ],
    ['by adding a second factor', async (ada) => void (await withApp(ada, { now: () => new Date() }))],
    [
      'by linking another provider, and taking that away',
      async (ada) => {
        await link(ada, providerPerson(), other, newSid());
        expect((await ada.account.delete('/account/providers/other')).status).toBe(204);
      },
    ],
    [
      'by showing another provider anew',
      async (ada) => {
        const elsewhere = providerPerson();
        await link(ada, elsewhere, other, newSid());
        const sid = newSid();
        expect(outcome(await signInAs(ada, elsewhere, sid, other))).toEqual([303, '/']);
        expect(await end(sid, ada, other)).toEqual(done);
      },
    ],
    [
      'by showing the same provider anew, which names no session then',
      async (ada, who) => void (await signInAs(ada, who, undefined)),
    ],
  ];

  test.each(steps)('%s ends with the one that it came by', async (_, step) => {
    const sid = newSid();
    const { who, ada } = await cameBy(sid);
    await step(ada, who);
    expect(await ended(ada)).toBe(false);

    expect(await end(sid, ada)).toEqual(done);

    expect(await ended(ada)).toBe(true);
  });

  test('by showing the same provider anew ends with the newer of both', async () => {
    const [older, newer] = [newSid(), newSid()];
    const { who, ada } = await cameBy(older);
    await signInAs(ada, who, newer);

    expect(await end(older, ada)).toEqual(done);
    expect(await ended(ada)).toBe(false);
    expect(await end(newer, ada)).toEqual(done);
    expect(await ended(ada)).toBe(true);
  });

  test('and began by a password ends with the one that was shown since', async () => {
    const sid = newSid();
    const { who, ada } = await cameBy(newSid());
    await setPassword(ada);
    const desk = ada.elsewhere();
    await desk.signIn();
    await signInAs(desk, who, sid);

    expect(await end(sid, ada)).toEqual(done);

    expect([await ended(desk), await ended(ada)]).toEqual([true, false]);
  });
});

/** Somebody with a second factor, and a browser in which it is waited for after a session there. */
async function waiting() {
  const clock = testClock();
  const instance = start({ environment: environment(), now: clock.now });
  const { who, ada } = await cameBy(newSid(), instance);
  const { code } = await withApp(ada, clock);
  const sid = newSid();

  /** Waits in this browser, for a code that was not used yet. */
  async function comeAgain(someone: Person, by: unknown = sid): Promise<void> {
    clock.pass(30);
    expect(outcome(await signInAs(someone, who, by))).toEqual([303, '/second-factor']);
  }

  const phone = ada.elsewhere();
  await comeAgain(phone);
  const answer = async (someone: Person) =>
    said(await someone.auth.post('/auth/second-factor', { code: code() }));
  return { ada, phone, sid, comeAgain, answer };
}

describe('a sign-in that waits for its second factor', () => {
  test('ends with the session there, and signs nobody in then', async () => {
    const { ada, phone, sid, comeAgain, answer } = await waiting();
    const desk = ada.elsewhere();
    await comeAgain(desk, newSid());

    expect(await end(sid, ada)).toEqual(done);

    expect(await answer(phone)).toEqual([401, 'not_signed_in']);
    expect([await ended(phone), await ended(ada)]).toEqual([true, false]);
    expect(await eventsOf(ada)).toContain('provider_logout');
    expect((await answer(desk))[0]).toBe(200);
  });

  test('ends with it as well once it has been completed', async () => {
    const { ada, phone, sid, answer } = await waiting();
    expect((await answer(phone))[0]).toBe(200);

    expect(await end(sid, ada)).toEqual(done);

    expect([await ended(phone), await ended(ada)]).toEqual([true, false]);
  });
});

/** More than any of these requests sends. */
const mostCommands = 30;

test.each<Death>(['before', 'after'])(
  'one that is interrupted %s each command is done by the same token again, and not once more after that',
  async (death) => {
    for (let commands = 0; commands < mostCommands; commands += 1) {
      const sid = newSid();
      const [instance, another] = [1, 2].map(() => start({ environment: environment() }));
      if (!instance || !another) throw new Error('two of them');
      const { who, ada } = await cameBy(sid, another);
      const token = await logoutToken(acme, { sid });
      const { dead } = dieAt(instance, commands, death);

      const first = await tell(person({ instance }), token, 'acme', true);
      const isOver = await ended(ada);
      const again = said(await tell(ada, token));

      // Where it says that it was used, its work was done.
      expect([isOver ? [done, refusedToken] : [done], first.status]).toEqual([
        expect.arrayContaining([again]),
        dead() ? 503 : 200,
      ]);
      expect(await ended(ada)).toBe(true);
      await signInAs(ada, who, sid);
      expect(said(await tell(ada, token))).toEqual(refusedToken);
      expect(await ended(ada)).toBe(false);
      if (!dead()) return;
    }
    throw new Error(`it needed ${mostCommands} commands and more`);
  },
  60_000,
);
