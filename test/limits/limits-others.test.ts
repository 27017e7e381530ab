import { describe, expect, test } from 'vitest';
import { emailKey } from '../../lib/users/email.ts';
import { watchCommands } from '../support/commands.ts';
import { ageCounters } from '../support/counters.ts';
import type { Instance } from '../support/instance.ts';
import {
  ada,
  address,
  failures,
  home,
  hour,
  limitedInstances,
  minute,
  outcome,
  statuses,
  times,
} from '../support/limited-instances.ts';
import { mailsTo, tokenTo } from '../support/mail.ts';
import { newAddress, otherPassword, person, signedUp, strongPassword } from '../support/person.ts';

const { client, database, instances, limits, start } = limitedInstances('limits_others');

describe('sign-ups from one network address', () => {
  test('are 20 an hour', async () => {
    expect((await times(19, () => outcome(limits.signUp(home)))).every((each) => each === 'ok')).toBe(true);
    const signUp = (email: string, ip = home) =>
      client(1, ip).post('/auth/sign-up', { email, password: 'another long password' });

    const answers = [await signUp('twentieth@example.com'), await signUp('twentyfirst@example.com')];

    expect(answers.map(({ status }) => status)).toEqual([201, 429]);
    expect(answers[1]?.headers.get('ratelimit-policy')).toBe('"sign-up";q=20;w=3600');
    expect((await signUp('elsewhere@example.com', '192.0.2.1')).status).toBe(201);
    await ageCounters(database.db(), hour + 1);
    expect((await signUp('later@example.com')).status).toBe(201);
  });

  test('count where the address is taken, so that nobody can try out a list of them', async () => {
    const answers = await times(25, () => client(0, home).post('/auth/sign-up', ada));

    expect(statuses(answers)).toEqual({ 409: 20, 429: 5 });
  });

  test('do not count where the input or the password is refused', async () => {
    const answers = await times(25, (at) =>
      client(0, home).post('/auth/sign-up', { email: at % 2 ? 'no address' : ada.email, password: 'short' }),
    );

    expect(statuses(answers)).toEqual({ 422: 25 });
    expect(await database.db().collection('limits').countDocuments()).toBe(0);
  });
});

describe('sign-ups from one IPv6 site', () => {
  test('are four times those of a network, however many networks a caller has of it', async () => {
    const ip = (at: number, site = 'a') => `2001:db8:${site}:${at.toString(16)}::1`;

    const outcomes = await times(100, (at) => outcome(limits.signUp(ip(at))));

    expect(outcomes.filter((each) => each === 'ok')).toHaveLength(80);
    expect(await outcome(limits.signUp(ip(1, 'b')))).toBe('ok');
    expect(await outcome(limits.signUp('2001:db8:a:ffff::1'))).toBe(429);
    expect(await outcome(limits.signUp('::ffff:203.0.113.7'))).toBe('ok');
  });

  test('are used up by no network alone', async () => {
    await times(200, () => outcome(limits.signUp('2001:db8:c:1::1')));

    expect(await outcome(limits.signUp('2001:db8:c:2::1'))).toBe('ok');
  });

  test('are multiplied by RATE_LIMIT_FACTOR', async () => {
    const strict = start({ RATE_LIMIT_FACTOR: '0.1' });

    const outcomes = await times(12, (at) => outcome(strict.services.limits.signUp(`2001:db8:d:${at}::1`)));

    expect(outcomes.filter((each) => each === 'ok')).toHaveLength(8);
    await strict.end();
  });
});

describe('requests for a mail', () => {
  test('are 3 an hour for one e-mail address, and answered alike over that', async () => {
    const send = await times(5, (at) => limits.mail('ada@example.com', address(at)));

    expect(send.filter(Boolean)).toHaveLength(3);
    await ageCounters(database.db(), hour + 1);
    expect(await limits.mail('ada@example.com', home)).toBe(true);
  });

  test('are 20 an hour from one network address; those over it use up nobody’s mails', async () => {
    const outcomes = await times(30, (at) => outcome(limits.mail(`user${at}@example.com`, home)));
    const others = await times(20, (at) => limits.mail(`user${at + 10}@example.com`, address(at)));

    expect(outcomes.filter((each) => each === 'ok')).toHaveLength(20);
    expect(others.every((send) => send)).toBe(true);
  });
});

describe('a forgotten password', () => {
  test.each([
    ['an account', ada.email],
    ['an account that does not exist', 'nobody@example.com'],
  ])(
    'of %s that is locked is mailed once in ten minutes, whoever has used up the hour',
    async (_what, email) => {
      const key = emailKey(email);
      const forgot = async (count: number) =>
        (await times(count, (at) => limits.forgot(key, address(at)))).filter(Boolean).length;
      expect(await forgot(10)).toBe(3);
      await failures(100, (at) => limits.signIn(key, address(at)));

      expect(await forgot(10)).toBe(1);
      await ageCounters(database.db(), 9 * minute);
      expect(await forgot(10)).toBe(0);
      await ageCounters(database.db(), minute + 1);
      expect(await forgot(10)).toBe(1);
      await limits.unlock(key);
      await ageCounters(database.db(), 10 * minute + 1);
      expect(await forgot(10)).toBe(0);
    },
  );

  test('asks the same of the counters for every address', async () => {
    const watch = watchCommands(instances[0]);
    const ask = async (email: string) => {
      for (let at = 0; at < 4; at += 1) await limits.forgot(emailKey(email), address(at));
      const names = watch.names();
      watch.clear();
      return names;
    };

    expect(await ask('nobody@example.com')).toEqual(await ask(ada.email));
  });

  test('of a locked account opens it, though strangers have used up the hour', async () => {
    const { email } = await signedUp({ instance: instances[0], ip: address(2) });
    await failures(100, (at) => limits.signIn(emailKey(email), address(at)));
    const stranger = person({ instance: instances[1], ip: '192.0.2.66' });
    for (let at = 0; at < 3; at += 1) await stranger.auth.post('/auth/password/forgot', { email });
    const before = (await mailsTo(instances[0], email)).length;

    const owner = person({ instance: instances[0], email, ip: home });
    expect((await owner.auth.post('/auth/password/forgot', { email })).status).toBe(202);

    expect(await mailsTo(instances[0], email)).toHaveLength(before + 1);
    const token = await tokenTo(instances[0], email, '/reset-password');
    await owner.auth.post('/auth/password/reset', { token, newPassword: otherPassword });
    expect((await owner.signIn(otherPassword)).status).toBe(200);
  });
});

describe('wrong tokens from one network address', () => {
  test('are 20 an hour; after those a right one is not looked at either', async () => {
    expect(await failures(30, () => limits.token(home))).toBe(20);

    expect(await outcome(limits.token(home))).toBe(429);
    expect(await outcome(limits.token('192.0.2.1'))).toBe('ok');
    await ageCounters(database.db(), hour + 1);
    expect(await outcome(limits.token(home))).toBe('ok');
  });

  test('right ones do not count', async () => {
    await times(30, async () => (await limits.token(home)).succeeded());

    expect(await failures(20, () => limits.token(home))).toBe(20);
  });
});

describe('wrong current passwords in one session', () => {
  const session = { userId: 'user-1', sessionId: 'session-1' };
  const tries = async (count: number, of = session) =>
    (await times(count, () => limits.currentPassword(of))).filter((each) => each !== null);

  test('are 10 in 15 minutes, also at once, of which one is the last', async () => {
    const letIn = await tries(20);

    expect(letIn).toHaveLength(10);
    expect(letIn.filter(({ isLast }) => isLast)).toHaveLength(1);
    expect(await tries(1, { ...session, sessionId: 'session-2' })).toHaveLength(1);
    await ageCounters(database.db(), 15 * minute + 1);
    expect(await tries(1)).toHaveLength(1);
  });

  test('are forgotten at the right one', async () => {
    await tries(9);
    await (await limits.currentPassword(session))?.succeeded();

    expect(await tries(20)).toHaveLength(10);
  });
});

describe('changes of address asked for', () => {
  test('are 10 a day of one user, whatever the factor', async () => {
    const lenient = start({ RATE_LIMIT_FACTOR: '1000' });
    const ask = (at: number) => outcome(lenient.services.limits.changeEmail('user-1', address(at)));

    expect((await times(30, ask)).filter((each) => each === 'ok')).toHaveLength(10);
    await ageCounters(database.db(), 23 * hour);
    expect(await ask(1)).toBe(429);
    await ageCounters(database.db(), hour + 1);
    expect(await ask(1)).toBe('ok');
    await lenient.end();
  });

  test('are 20 an hour from one network address, and answered 429 over that', async () => {
    const outcomes = await times(30, (at) => outcome(limits.changeEmail(`user-${at}`, home)));
    expect(outcomes.filter((each) => each === 'ok')).toHaveLength(20);

    const ada = await signedUp({ instance: instances[0], ip: address(1) });
    const ask = (instance: Instance, ip: string) =>
      person({ instance, ip, cookies: ada.cookies }).account.post('/account/email', {
        currentPassword: strongPassword,
        newEmail: newAddress(),
      });
    expect((await ask(instances[1], home)).json()).toMatchObject({ status: 429, code: 'rate_limited' });
    const six = () => times(6, (at) => ask(instances[at % 2] as Instance, address(1)));
    // In two waves: ten attempts at the current password that are under way at once count as wrong ones.
    expect(statuses([...(await six()), ...(await six())])).toEqual({ 202: 10, 429: 2 });
  });
});

describe('what is counted', () => {
  const user = { userId: 'user-1', emailKey: 'ada@example.com' };
  const countAll = async () => {
    await failures(2, (at) => limits.signIn(user.emailKey, address(at)));
    await limits.mail(user.emailKey, home);
    await limits.currentPassword({ userId: user.userId, sessionId: 'session-1' });
    await limits.changeEmail(user.userId, home);
    const device = { id: 'a device', isOutdated: true };
    await (await limits.signIn(user.emailKey, home, device)).failed();
  };

  test('holds no e-mail address and no network address', async () => {
    await countAll();
    await limits.signUp(home);
    await failures(1, () => limits.token(home));

    const stored = JSON.stringify(await database.db().collection('limits').find().toArray());

    expect(JSON.parse(stored).length).toBeGreaterThan(8);
    expect(stored).not.toMatch(/ada|example|198\.51|203\.0|user-1/);
  });

  test('about a user is forgotten with the account, but what its network and its mailbox had', async () => {
    await limits.mail('eve@example.com', home);
    await limits.mailUnconfirmed(user.emailKey);
    await countAll();

    await limits.forget(user);

    const left = await database.db().collection('limits').find().toArray();
    const subjects = left.map(({ _id }) => String(_id).split(':')[0]);
    expect(subjects.sort()).toEqual([
      'change-email-network',
      'mail',
      'mail',
      'mail-network',
      'mail-unconfirmed',
      'network',
      'network',
    ]);
  });

  test('of mails outlives the account: leaving and signing up again sends no more of them', async () => {
    const send = () => times(6, () => limits.mailUnconfirmed(user.emailKey));
    const first = await send();
    await limits.forget(user);
    const second = await send();

    expect([...first, ...second].filter(Boolean)).toHaveLength(10);
    await ageCounters(database.db(), hour + 1);
    expect(await limits.mailUnconfirmed(user.emailKey)).toBe(true);
  });

  test('is swept by an index that no request creates', async () => {
    const indexes = await database.db().collection('limits').indexes();

    expect(indexes).toContainEqual(expect.objectContaining({ key: { expire: 1 }, expireAfterSeconds: 0 }));
  });
});
