import { describe, expect, test } from 'vitest';
import { testClock } from '../../support/clock.ts';
import { watchCommands } from '../../support/commands.ts';
import { type Death, dieAt } from '../../support/dying.ts';
import { eventSources, type TestAnswer, testContext } from '../../support/events.ts';
import type { Instance, InstanceOptions } from '../../support/instance.ts';
import { testInstances } from '../../support/instances.ts';
import { linkIn, mailsTo, tokenTo } from '../../support/mail.ts';
import { withoutAws } from '../../support/no-aws.ts';
import {
  newAddress,
  otherPassword,
  type Person,
  person,
  signedUp,
  strongPassword,
} from '../../support/person.ts';
import { tracesOf } from '../../support/traces.ts';

const { database, start } = testInstances('closed_sign_up');

const closed = (options: Partial<InstanceOptions> = {}) =>
  start({ ...options, environment: { REQUIRE_VERIFIED_EMAIL: 'true', ...options.environment } });

const signUps = () => database.db().collection<{ _id: string }>('sign_ups');
const users = () => database.db().collection('users');
const events = async (userId: unknown) =>
  (await database.db().collection('events').find({ userId }).toArray()).map(({ type }) => type);

const confirm = ({ auth }: Person, token: string, password?: string) =>
  auth.post('/auth/email/verify', password === undefined ? { token } : { token, password });
const resendTo = (instance: Instance, email: string) =>
  person({ instance }).auth.post('/auth/email/resend', { email });

/** Somebody signs up with an address, and gets the token of the mail that it brings. */
async function signUpFor(someone: Person, instance: Instance): Promise<string> {
  expect((await someone.signUp()).status).toBe(202);
  return tokenTo(instance, someone.email, '/verify-email');
}

/** An answer but for what is new in every one. */
const shapeOf = ({ status, body, cookies, headers }: TestAnswer) => ({
  status,
  body,
  cookies,
  cache: headers.get('cache-control'),
  type: headers.get('content-type'),
});

const withoutIds = ({ status, body }: TestAnswer) => ({
  status,
  body: body.replace(/"requestId":"[^"]*"/, ''),
});

const invalidCredentials = { status: 401, code: 'invalid_credentials' };
const invalidToken = { status: 400, code: 'invalid_token' };
const wrongPassword = { status: 403, code: 'wrong_password' };

describe.each(eventSources)('over $name', (source) => {
  test('there is an account once the address is confirmed with the password of the sign-up', async () => {
    const instance = closed();
    const ada = person({ instance, source });
    const wrong = await person({ instance, source }).signIn();

    const asked = await ada.signUp();
    expect(shapeOf(asked)).toMatchObject({ status: 202, body: '', cookies: [] });
    for (const password of [ada.password, 'a guess that is wrong'])
      expect(withoutIds(await ada.signIn(password))).toEqual(withoutIds(wrong));
    expect(await users().countDocuments({ email: ada.email })).toBe(0);

    const token = await tokenTo(instance, ada.email, '/verify-email');
    for (const password of [undefined, 'a guess that is wrong', otherPassword]) {
      const refused = await confirm(ada, token, password);
      expect(refused.json()).toMatchObject({ ...wrongPassword, errors: [{ path: 'password' }] });
      expect(refused.json().detail).toContain('sign up again');
    }
    const confirmed = await confirm(ada, token, ada.password);
    expect(shapeOf(confirmed)).toMatchObject({ status: 204, body: '', cookies: [] });
    expect(await ada.status()).toBe(401);

    const answer = await ada.signIn();
    expect(answer.status).toBe(200);
    expect(answer.json().user).toMatchObject({ email: ada.email, emailVerified: true });
    expect(await events(answer.json().user.id)).toEqual(['sign_up', 'email_verified', 'sign_in']);
  });

  test('a known address is answered the same, and its owner told by mail', async () => {
    const instance = closed();
    const ada = person({ instance, source });
    const unknown = await ada.signUp();
    await confirm(ada, await tokenTo(instance, ada.email, '/verify-email'), ada.password);

    const again = await person({ instance, source, email: ada.email, password: otherPassword }).signUp();

    expect(shapeOf(again)).toEqual(shapeOf(unknown));
    const [mail] = await mailsTo(instance, ada.email);
    expect(mail?.subject).toBe('You already have an account at localhost:3000');
    expect(linkIn(mail!).pathname).toBe('/sign-in');
    expect((await ada.signIn(otherPassword)).status).toBe(401);
    expect((await ada.signIn(strongPassword)).status).toBe(200);
  });
});

describe('whatever the address', () => {
  /** A deployed instance, whose mails another function sends, and what it asks of the database. */
  function watched() {
    withoutAws();
    const worked: string[] = [];
    const real = start().services.passwords;
    const passwords: typeof real = {
      hash: (password) => {
        worked.push('hash');
        return real.hash(password);
      },
      verify: (password, stored) => {
        worked.push('check');
        return real.verify(password, stored);
      },
      verifyNothing: (password) => {
        worked.push('check');
        return real.verifyNothing(password);
      },
    };
    const clock = testClock();
    const instance = closed({
      passwords,
      now: clock.now,
      environment: { STAGE: 'prod', PUBLIC_URL: 'https://example.com', MAIL_FROM: 'no-reply@example.com' },
      mongoOptions: { monitorCommands: true },
    });
    const commands = watchCommands(instance);
    const seeing = async (ask: () => Promise<TestAnswer>) => {
      commands.clear();
      worked.length = 0;
      const answer = await ask();
      return {
        commands: commands.sent.map(({ collection }) => collection),
        work: [...worked],
        shape: withoutIds(answer),
      };
    };
    return { instance, clock, seeing };
  }

  /** One that nobody has, one of a waiting sign-up, one of an unconfirmed account and one of a confirmed one. */
  async function fourAddresses(now: () => Date) {
    const open = start({ now });
    const [confirmed, unconfirmed] = [await signedUp({ instance: open }), await signedUp({ instance: open })];
    const token = await tokenTo(open, confirmed.email, '/verify-email');
    await confirmed.auth.post('/auth/email/verify', { token });
    const waiting = person({ instance: closed({ now }) });
    await waiting.signUp();
    return [newAddress(), waiting.email, unconfirmed.email, confirmed.email];
  }

  test('ASVS 6.3.8: sign-up sends the database the same commands, and one hash is made, whatever the address', async () => {
    const { instance, clock, seeing } = watched();
    const addresses = await fourAddresses(clock.now);
    // The first of an instance looks for the indexes, whatever its address.
    await person({ instance }).signUp();

    const firsts = [];
    const seconds = [];
    for (const [n, email] of addresses.entries()) {
      const someone = person({ instance, email, password: otherPassword, ip: `198.51.100.${n}` });
      firsts.push(await seeing(() => someone.signUp()));
      seconds.push(await seeing(() => someone.signUp()));
    }

    expect(firsts[0]).toMatchObject({ work: ['hash'], shape: { status: 202, body: '' } });
    expect(seconds[0]).toMatchObject({ work: ['hash', 'check'], shape: { status: 202, body: '' } });
    for (const each of firsts) expect(each).toEqual(firsts[0]);
    for (const each of seconds) expect(each).toEqual(seconds[0]);
  }, 60_000);

  test('ASVS 6.3.8: sign-in does the same for a right password of what is not confirmed as for a wrong one', async () => {
    const { instance, clock, seeing } = watched();
    const addresses = await fourAddresses(clock.now);
    const tries: [email: string, password: string][] = [
      [addresses[3]!, otherPassword],
      ...addresses.slice(0, 3).map((email): [string, string] => [email, strongPassword]),
    ];

    const seen = [];
    for (const [n, [email, password]] of tries.entries()) {
      const someone = person({ instance, email, ip: `198.51.100.${n}` });
      seen.push(await seeing(() => someone.signIn(password)));
    }

    expect(seen[0]).toMatchObject({ work: ['check'], shape: { status: 401 } });
    for (const each of seen) expect(each).toEqual(seen[0]);
  }, 60_000);

  test('asking for the mail again sends the same commands', async () => {
    const { instance, clock, seeing } = watched();
    const seen = [];
    for (const email of await fourAddresses(clock.now))
      seen.push(await seeing(() => resendTo(instance, email)));

    expect(seen[0]).toMatchObject({ shape: { status: 202, body: '' } });
    for (const each of seen) expect(each).toEqual(seen[0]);
  }, 60_000);

  test('a weak password is refused alike', async () => {
    const instance = closed();
    const ada = person({ instance });
    await ada.signUp();

    for (const email of [ada.email, newAddress()])
      expect((await person({ instance, email, password: 'short' }).signUp()).json()).toMatchObject({
        status: 422,
        code: 'weak_password',
      });
  });
});

describe('two who sign up with one address', () => {
  const attackersPassword = 'seven grey kettles singing';

  /** The attacker and the owner of an address, in one order or the other; the owner alone reads its mail. */
  async function contested(order: 'attacker first' | 'owner first') {
    const clock = testClock();
    const instance = closed({ now: clock.now });
    const owner = person({ instance, ip: '198.51.100.1' });
    const attacker = owner.elsewhere({ password: attackersPassword, ip: '203.0.113.9' });
    const tokens = new Map<Person, string>();
    for (const someone of order === 'owner first' ? [owner, attacker] : [attacker, owner]) {
      tokens.set(someone, await signUpFor(someone, instance));
      clock.pass(1);
    }
    const [latest] = order === 'owner first' ? [attacker] : [owner];
    const neverIn = async () => {
      expect((await attacker.signIn()).json()).toMatchObject(invalidCredentials);
      expect(await attacker.status()).toBe(401);
    };
    return { clock, instance, owner, attacker, tokens, latest: latest as Person, neverIn };
  }

  test.each(['attacker first', 'owner first'] as const)(
    '%s: each link asks for the password of its own sign-up, and the first confirmed voids the other',
    async (order) => {
      const { instance, owner, attacker, tokens, neverIn } = await contested(order);

      // The owner follows the wrong link, as the mails look alike.
      const wrongLink = await confirm(owner, tokens.get(attacker)!, owner.password);
      expect(wrongLink.json()).toMatchObject(wrongPassword);
      await neverIn();
      expect((await confirm(owner, tokens.get(owner)!, owner.password)).status).toBe(204);

      await neverIn();
      expect((await owner.signIn()).status).toBe(200);
      for (const password of [owner.password, attackersPassword])
        expect((await confirm(attacker, tokens.get(attacker)!, password)).json()).toMatchObject(invalidToken);
      expect(await signUps().countDocuments({ email: owner.email })).toBe(0);
      expect(await users().countDocuments({ email: owner.email })).toBe(1);
      await resendTo(instance, owner.email);
      expect(await mailsTo(instance, owner.email)).toHaveLength(2);
    },
  );

  test.each(['attacker first', 'owner first'] as const)(
    '%s: the mail sent again is of the latest, and never lets the attacker in by the owner’s hand',
    async (order) => {
      const { instance, owner, attacker, tokens, latest, neverIn } = await contested(order);

      await resendTo(instance, owner.email);
      const again = await tokenTo(instance, owner.email, '/verify-email');

      expect([...tokens.values()]).not.toContain(again);
      const answer = await confirm(owner, again, owner.password);
      if (latest === attacker) {
        expect(answer.json()).toMatchObject(wrongPassword);
        expect(answer.json().detail).toMatch(/link of your own sign-up, or sign up again/);
        // The link that came first is of the owner's own sign-up, and nothing has replaced it.
        expect((await confirm(owner, tokens.get(owner)!, owner.password)).status).toBe(204);
      } else {
        expect(answer.status).toBe(204);
        expect((await confirm(owner, tokens.get(owner)!, owner.password)).status).toBe(400);
      }
      await neverIn();
      expect((await owner.signIn()).status).toBe(200);
    },
  );

  test('who signs up again after that has the latest link, and is in by it', async () => {
    const { instance, owner, neverIn } = await contested('owner first');
    const anew = owner.elsewhere({ password: otherPassword });
    const token = await signUpFor(anew, instance);

    expect((await confirm(anew, token, otherPassword)).status).toBe(204);

    await neverIn();
    expect((await owner.signIn()).status).toBe(401);
    expect((await anew.signIn()).status).toBe(200);
  });

  test('of both confirmed at once on two instances, exactly one makes the account', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { owner, attacker, tokens } = await contested(round % 2 ? 'attacker first' : 'owner first');
      const there = attacker.elsewhere({ instance: closed() });

      const answers = await Promise.all([
        confirm(owner, tokens.get(owner)!, owner.password),
        confirm(there, tokens.get(attacker)!, attacker.password),
      ]);

      expect(answers.map(({ status }) => status).sort()).toEqual([204, 400]);
      const winner = answers[0]!.status === 204 ? owner : attacker;
      for (const someone of [owner, attacker])
        expect((await someone.signIn()).status).toBe(someone === winner ? 200 : 401);
      expect(await users().countDocuments({ email: owner.email })).toBe(1);
      expect(await signUps().countDocuments({ email: owner.email })).toBe(0);
    }
  });

  test('open sign-up meanwhile: the link is void', async () => {
    const instance = closed();
    const ada = person({ instance });
    const token = await signUpFor(ada, instance);
    await signedUp({ instance: start(), email: ada.email, password: otherPassword });

    expect((await confirm(ada, token, ada.password)).json()).toMatchObject(invalidToken);
    expect((await ada.elsewhere({ instance: start() }).signIn(strongPassword)).status).toBe(401);
  });
});

describe('a link that is followed', () => {
  test('twice, by a double click on two instances, is a success both times', async () => {
    const instance = closed();
    const ada = person({ instance });
    const token = await signUpFor(ada, instance);
    const there = ada.elsewhere({ instance: closed() });

    const answers = await Promise.all([ada, there].map((each) => confirm(each, token, ada.password)));
    answers.push(await confirm(there, token, ada.password));

    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
    const { user } = (await ada.signIn()).json();
    expect(await events(user.id)).toEqual(['sign_up', 'email_verified', 'sign_in']);
  });

  test('twice with another password, from elsewhere or later is not', async () => {
    const clock = testClock();
    const instance = closed({ now: clock.now });
    const ada = person({ instance });
    const token = await signUpFor(ada, instance);
    await confirm(ada, token, ada.password);

    expect((await confirm(ada, token, otherPassword)).json()).toMatchObject(wrongPassword);
    expect((await confirm(ada, token)).json()).toMatchObject(wrongPassword);
    const elsewhere = ada.elsewhere({ ip: '203.0.113.77' });
    expect((await confirm(elsewhere, token, ada.password)).json()).toMatchObject(invalidToken);
    clock.pass(61);
    expect((await confirm(ada, token, ada.password)).json()).toMatchObject(invalidToken);
  });

  test('by a guesser is a wrong token each time: twenty an hour, and the link stays good', async () => {
    const instance = closed({ environment: { RATE_LIMIT_FACTOR: '1' } });
    const ada = person({ instance, ip: '198.51.100.20' });
    const token = await signUpFor(ada, instance);
    const guesser = person({ instance, ip: '203.0.113.20' });

    const statuses: number[] = [];
    for (let n = 0; n < 22; n += 1) statuses.push((await confirm(guesser, token, `guess ${n}`)).status);

    expect(statuses).toEqual([...Array<number>(20).fill(403), 429, 429]);
    expect((await confirm(guesser, token, ada.password)).status).toBe(429);
    expect((await confirm(ada, token, ada.password)).status).toBe(204);
  });

  test('opens an account at which others have guessed before', async () => {
    const instance = closed();
    const ada = person({ instance });
    for (let n = 0; n < 6; n += 1) await ada.signIn(`a guess of many, ${n}`);
    const token = await signUpFor(ada, instance);
    expect((await ada.signIn()).status).toBe(429);

    await confirm(ada, token, ada.password);

    expect((await ada.signIn()).status).toBe(200);
  });

  test('after a day is over, and so is the sign-up', async () => {
    const clock = testClock();
    const instance = closed({ now: clock.now });
    const ada = person({ instance });
    const token = await signUpFor(ada, instance);
    clock.pass(24 * 3600);

    expect((await confirm(ada, token, ada.password)).json()).toMatchObject(invalidToken);
    await resendTo(instance, ada.email);
    expect(await mailsTo(instance, ada.email)).toHaveLength(1);
  });

  test('the account is as new as its confirmation', async () => {
    const clock = testClock();
    const instance = closed({ now: clock.now });
    const ada = person({ instance });
    const token = await signUpFor(ada, instance);
    clock.pass(3600);

    await confirm(ada, token, ada.password);

    const { user } = (await ada.signIn()).json();
    expect(user.createdAt).toBe(clock.now().toISOString());
  });
});

describe('the mail', () => {
  test('says that the password of that sign-up is asked for, and names nobody', async () => {
    const instance = closed();
    const ada = person({ instance });
    await ada.auth.post('/auth/sign-up', { email: ada.email, password: ada.password, name: 'Mallory' });

    const [mail] = await mailsTo(instance, ada.email);

    expect(mail?.text).toContain('the password that you chose at that sign-up');
    expect(mail?.text).toContain('If it was not you, do nothing');
    expect(mail?.text).not.toContain('Mallory');
  });

  test('is sent again by address, its link in the place of the older one; the answer is 202 for every one', async () => {
    const instance = closed();
    const ada = person({ instance });
    const older = await signUpFor(ada, instance);

    const [known, unknown] = [await resendTo(instance, ada.email), await resendTo(instance, newAddress())];

    expect(shapeOf(known)).toEqual(shapeOf(unknown));
    expect(known.status).toBe(202);
    const newer = await tokenTo(instance, ada.email, '/verify-email');
    expect((await confirm(ada, older, ada.password)).json()).toMatchObject(invalidToken);
    expect((await confirm(ada, newer, ada.password)).status).toBe(204);
    await resendTo(instance, ada.email);
    expect(await mailsTo(instance, ada.email)).toHaveLength(2);
  });

  test('sent again in the last hour has a link that works for a day', async () => {
    const clock = testClock();
    const instance = closed({ now: clock.now });
    const ada = person({ instance });
    await ada.signUp();
    clock.pass(23 * 3600);
    await resendTo(instance, ada.email);
    clock.pass(23 * 3600);

    const token = await tokenTo(instance, ada.email, '/verify-email');
    expect((await confirm(ada, token, ada.password)).status).toBe(204);
  });

  test('that comes late sends nothing that gives power', async () => {
    const instance = closed();
    const ada = person({ instance });
    const token = await signUpFor(ada, instance);
    const late = ada.elsewhere({ password: otherPassword });
    await late.signUp();
    const [void_] = await signUps().find({ email: ada.email }).sort({ createdAt: -1 }).toArray();
    const job = { kind: 'sign_up', id: 'late', signUpId: void_!._id, email: ada.email };

    await confirm(ada, token, ada.password);
    await instance.handlers.mail(job, testContext());
    expect((await mailsTo(instance, ada.email))[0]?.subject).toContain('already have an account');
    await ada.signIn();
    await ada.account.delete('/account', { currentPassword: ada.password });
    const before = (await mailsTo(instance, ada.email)).length;
    await instance.handlers.mail({ ...job, id: 'later still' }, testContext());

    expect(await mailsTo(instance, ada.email)).toHaveLength(before);
    expect(await database.db().collection('tokens').countDocuments({ userId: void_!._id })).toBe(0);
  });

  test('is for who gives an address or is signed in', async () => {
    const answer = await person({ instance: closed() }).auth.post('/auth/email/resend');

    expect(answer.json()).toMatchObject({ status: 401, code: 'not_signed_in' });
  });
});

describe('asked twice', () => {
  test('at once on two instances, or soon after, a sign-up is mailed once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [here, there] = [closed(), closed()];
      const ada = person({ instance: here });
      const answers = await Promise.all(
        [ada, ada.elsewhere({ instance: there })].map((each) => each.signUp()),
      );
      answers.push(await ada.signUp());

      expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
      expect(await mailsTo(here, ada.email)).toHaveLength(1);
      const token = await tokenTo(here, ada.email, '/verify-email');
      expect((await confirm(ada, token, ada.password)).status).toBe(204);
    }
  });

  test('with another password, from another network or later it is a sign-up of its own', async () => {
    const clock = testClock();
    const instance = closed({ now: clock.now });
    const ada = person({ instance, ip: '198.51.100.1' });
    await ada.signUp();

    await ada.elsewhere({ password: otherPassword }).signUp();
    await ada.elsewhere({ ip: '203.0.113.1' }).signUp();
    clock.pass(61);
    await ada.signUp();

    expect(await mailsTo(instance, ada.email)).toHaveLength(4);
    expect(await signUps().countDocuments({ email: ada.email })).toBe(4);
  });

  test('of a known address likewise, without a word of it', async () => {
    const ada = await signedUp({ instance: start() });
    const instance = closed();

    for (let n = 0; n < 2; n += 1) expect((await ada.elsewhere({ instance }).signUp()).status).toBe(202);

    const subjects = (await mailsTo(instance, ada.email)).map(({ subject }) => subject);
    expect(subjects.filter((subject) => subject.includes('already have'))).toHaveLength(1);
  });
});

describe('an account of the time of open sign-up', () => {
  test('keeps its password, whoever signs up with its address', async () => {
    const ada = await signedUp({ instance: start() });
    const instance = closed();

    await person({ instance, email: ada.email, password: otherPassword }).signUp();

    const [mail] = await mailsTo(instance, ada.email);
    expect(mail?.subject).toBe('You already have an account at localhost:3000');
    for (const password of [otherPassword, strongPassword])
      expect((await ada.elsewhere({ instance }).signIn(password)).json()).toMatchObject(invalidCredentials);
  });

  test('has the link to confirm it sent again, and can be used after', async () => {
    const ada = await signedUp({ instance: start() });
    const instance = closed();
    await resendTo(instance, ada.email);

    const token = await tokenTo(instance, ada.email, '/verify-email');
    expect((await confirm(ada.elsewhere({ instance }), token)).status).toBe(204);

    expect((await ada.elsewhere({ instance }).signIn()).status).toBe(200);
  });

  test('is confirmed by a reset of its password, too', async () => {
    const ada = (await signedUp({ instance: start() })).elsewhere({ instance: closed() });
    const instance = closed();
    await ada.auth.post('/auth/password/forgot', { email: ada.email });

    const token = await tokenTo(instance, ada.email, '/reset-password');
    await ada.auth.post('/auth/password/reset', { token, newPassword: otherPassword });

    expect((await ada.signIn(otherPassword)).status).toBe(200);
  });

  test('a forgotten password of what only waits is nobody’s: no mail', async () => {
    const instance = closed();
    const ada = person({ instance });
    await ada.signUp();

    expect((await ada.auth.post('/auth/password/forgot', { email: ada.email })).status).toBe(202);

    expect(await mailsTo(instance, ada.email)).toHaveLength(1);
  });
});

test('leaving takes out the sign-ups that wait with the address, their links and all mails to it', async () => {
  const instance = closed();
  const ada = person({ instance });
  await confirm(ada, await signUpFor(ada, instance), ada.password);
  await ada.elsewhere({ password: otherPassword }).signUp();
  const { user } = (await ada.signIn()).json();
  expect(await signUps().countDocuments({ email: ada.email })).toBe(1);

  await ada.account.delete('/account', { currentPassword: ada.password });

  expect(await tracesOf(database.db(), { id: user.id, emails: [ada.email] })).toEqual([]);
});

describe.each<Death>(['before', 'after'])('an instance that dies %s a command', (death) => {
  /** Longer than the claim of a link that nobody gives back. */
  const afterClaim = 20;

  test('confirming: there is no account and the link works, or there is and asking again says so', async () => {
    const seen = new Set<number>();
    for (let commands = 0; ; commands += 1) {
      const clock = testClock();
      const [doomed, other] = [closed({ now: clock.now }), closed({ now: clock.now })];
      const ada = person({ instance: doomed });
      await ada.elsewhere({ password: otherPassword }).signUp();
      const token = await signUpFor(ada, doomed);
      const { dead } = dieAt(doomed, commands, death);
      const { status } = await ada.auth.post(
        '/auth/email/verify',
        { token, password: ada.password },
        { expect5xx: true },
      );
      const alive = ada.elsewhere({ instance: other });
      const isMade = (await users().countDocuments({ email: ada.email })) === 1;
      if (status === 204) expect(isMade).toBe(true);
      expect((await alive.signIn()).status).toBe(isMade ? 200 : 401);
      clock.pass(afterClaim);

      expect((await confirm(alive, token, otherPassword)).json()).toMatchObject(wrongPassword);
      expect((await confirm(alive, token, ada.password)).status).toBe(204);
      expect((await alive.signIn()).status).toBe(200);
      expect((await alive.signIn(otherPassword)).status).toBe(401);
      expect(await users().countDocuments({ email: ada.email })).toBe(1);
      seen.add(status);
      if (!dead()) break;
      expect(commands).toBeLessThan(40);
    }
    expect([...seen].sort()).toEqual([204, 503]);
  }, 240_000);

  test('signing up: asking again brings a mail, once the first try is over', async () => {
    for (let commands = 0; ; commands += 1) {
      const clock = testClock();
      const [doomed, other] = [closed({ now: clock.now }), closed({ now: clock.now })];
      const ada = person({ instance: doomed });
      const { dead } = dieAt(doomed, commands, death);
      await ada.auth.post('/auth/sign-up', { email: ada.email, password: ada.password }, { expect5xx: true });
      clock.pass(6);
      const alive = ada.elsewhere({ instance: other });

      expect((await alive.signUp()).status).toBe(202);

      const token = await tokenTo(other, ada.email, '/verify-email');
      expect((await confirm(alive, token, ada.password)).status).toBe(204);
      if (!dead()) break;
      expect(commands).toBeLessThan(40);
    }
  }, 240_000);
});
