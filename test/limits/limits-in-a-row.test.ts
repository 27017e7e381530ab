import { describe, expect, test } from 'vitest';
import type { Attempt } from '../../lib/limits/attempt.ts';
import { emailKey } from '../../lib/users/email.ts';
import { ageCounters } from '../support/counters.ts';
import {
  ada,
  address,
  failures,
  home,
  hour,
  limitedInstances,
  outcome,
  password,
  times,
} from '../support/limited-instances.ts';

const { client, database, limits, signIn, start } = limitedInstances('limits_in_a_row');

describe('failed sign-ins of one account in a row, from everywhere', () => {
  test.each([
    ['an account', ada.email],
    ['an account that does not exist', 'nobody@example.com'],
  ])('ASVS 6.3.1, NIST 3.2.2: of 200 guesses at once at %s, 100 are answered', async (_what, email) => {
    const answered = await failures(200, (at) => limits.signIn(emailKey(email), address(at)));

    expect(answered).toBe(100);
    expect((await signIn(email, password, '192.0.2.1', 1)).status).toBe(429);
  });

  test('a right guess among too many at once is not told', async () => {
    const attempts = await times(101, (at) => limits.signIn(emailKey(ada.email), address(at)));
    const right = attempts.pop() as Attempt;
    await Promise.all(attempts.map((each) => each.failed()));

    expect(await outcome(right.succeeded())).toBe(429);
  });

  test('lock the account for as long as it is not opened', async () => {
    await failures(100, (at) => limits.signIn(emailKey(ada.email), address(at)));

    await ageCounters(database.db(), 365 * 24 * hour);

    const answer = await signIn(ada.email, password, '192.0.2.1');
    expect(answer.status).toBe(429);
    expect(answer.json().detail).toMatch(/locked.*new password/);
    expect(answer.headers.get('retry-after')).toBe(String(24 * hour));
  });

  test('AU: a reset opens a locked account, for the address that failed as well', async () => {
    await failures(100, (at) => limits.signIn(emailKey(ada.email), address(at)));
    await failures(5, () => limits.signIn(emailKey('eve@example.com'), address(1)));

    await limits.unlock(emailKey(ada.email));

    expect((await signIn(ada.email, password, address(1))).status).toBe(200);
    expect(await outcome(limits.signIn(emailKey('eve@example.com'), address(1)))).toBe(429);
  });

  test('end at a right password', async () => {
    await failures(99, (at) => limits.signIn(emailKey(ada.email), address(at)));

    expect((await signIn(ada.email, password, '192.0.2.1')).status).toBe(200);
    expect(await failures(1, () => limits.signIn(emailKey(ada.email), '192.0.2.1'))).toBe(1);
    expect((await signIn(ada.email, password, '192.0.2.2')).status).toBe(200);
  });

  test('are not held against an account made later', async () => {
    const email = 'late@example.com';
    await failures(100, (at) => limits.signIn(emailKey(email), address(at)));

    await client(0, home).post('/auth/sign-up', { email, password });

    expect((await signIn(email, password, address(1))).status).toBe(200);
  });
});

describe('failed sign-ins from one network address, all accounts', () => {
  const guess = (at: number) => limits.signIn(`user${at}@example.com`, home);

  test('of 200 at once, 100 are answered, and no further one for an hour', async () => {
    const answered = await failures(200, guess);

    expect(answered).toBeLessThanOrEqual(100);
    // On a busy machine a count that is long in coming is asked for again, and may count twice.
    expect(answered).toBeGreaterThan(80);

    expect((await signIn(ada.email, password)).status).toBe(429);
    expect((await signIn(ada.email, password, '192.0.2.1')).status).toBe(200);
    await ageCounters(database.db(), hour + 1);
    expect((await signIn(ada.email, password)).status).toBe(200);
  });

  test('are multiplied by RATE_LIMIT_FACTOR', async () => {
    const instance = start({ RATE_LIMIT_FACTOR: '0.1' });

    expect(await failures(20, (at) => instance.services.limits.signIn(`${at}@example.com`, home))).toBe(10);
    await instance.end();
  });

  test('a right password does not clear them', async () => {
    await failures(99, guess);
    await signIn(ada.email, password);

    expect(await failures(2, (at) => guess(at + 200))).toBe(1);
  });
});
