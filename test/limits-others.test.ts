import { describe, expect, test } from 'vitest';
import { ageCounters } from './support/counters.ts';
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
} from './support/limited-instances.ts';

const { client, database, limits } = limitedInstances('limits_others');

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

describe('wrong current passwords of one user', () => {
  test('are 10 in 15 minutes, also at once', async () => {
    expect(await failures(20, () => limits.currentPassword('user-1'))).toBe(10);

    expect(await outcome(limits.currentPassword('user-2'))).toBe('ok');
    await ageCounters(database.db(), 15 * minute + 1);
    expect(await outcome(limits.currentPassword('user-1'))).toBe('ok');
  });

  test('are forgotten at the right one', async () => {
    await failures(9, () => limits.currentPassword('user-1'));
    await (await limits.currentPassword('user-1')).succeeded();

    expect(await failures(10, () => limits.currentPassword('user-1'))).toBe(10);
  });
});

describe('what is counted', () => {
  const user = { userId: 'user-1', emailKey: 'ada@example.com' };
  const countAll = async () => {
    await failures(2, (at) => limits.signIn(user.emailKey, address(at)));
    await limits.mail(user.emailKey, home);
    await limits.currentPassword(user.userId);
  };

  test('holds no e-mail address and no network address', async () => {
    await countAll();
    await limits.signUp(home);
    await failures(1, () => limits.token(home));

    const stored = JSON.stringify(await database.db().collection('limits').find().toArray());

    expect(JSON.parse(stored).length).toBeGreaterThan(8);
    expect(stored).not.toMatch(/ada|example|198\.51|203\.0|user-1/);
  });

  test('about a user is forgotten with the account, and nothing else', async () => {
    await limits.mail('eve@example.com', home);
    const before = await database.db().collection('limits').find().sort({ _id: 1 }).toArray();
    await countAll();

    await limits.forget(user);

    const left = await database.db().collection('limits').find().sort({ _id: 1 }).toArray();
    const ofNetworks = /^(network|mail-network):/;
    const idsOf = (documents: typeof left) =>
      documents.map(({ _id }) => String(_id)).filter((id) => !ofNetworks.test(id));
    expect(idsOf(left)).toEqual(idsOf(before));
  });

  test('is swept by an index that no request creates', async () => {
    const indexes = await database.db().collection('limits').indexes();

    expect(indexes).toContainEqual(expect.objectContaining({ key: { expire: 1 }, expireAfterSeconds: 0 }));
  });
});
