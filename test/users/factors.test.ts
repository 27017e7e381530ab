import { describe, expect, test } from 'vitest';
import type { Factors } from '../../lib/store/credential-records.ts';
import { asOf, following, noFactors, withoutFactors } from '../../lib/users/factors.ts';
import { identityKey, identityRecord } from '../../lib/users/identity.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute));
const identity = (subject: string, minute: number) =>
  identityRecord({ provider: 'google', issuer: 'https://id.test', subject, linkedAt: at(minute) });
const linked: Factors = following(noFactors, { identities: [identity('early', 1), identity('late', 5)] });

describe('identities', () => {
  test('stay with any change that does not name them', () => {
    expect(following(linked, { recoveryCodes: [] })).toMatchObject({
      revision: 2,
      identities: linked.identities,
    });
  });

  test.each([{ identities: [] }, { identities: undefined }, withoutFactors])(
    'are no part of what is kept where none is left: %j',
    (to) => {
      expect(following(linked, to)).not.toHaveProperty('identities');
    },
  );

  test('are those of a time that were linked by then', () => {
    const subjectsAt = (minute: number) =>
      following(linked, asOf(at(minute), linked)).identities?.map(({ subject }) => subject);

    expect([0, 1, 4, 5].map(subjectsAt)).toEqual([undefined, ['early'], ['early'], ['early', 'late']]);
  });

  test('have a key that no other issuer and subject have', () => {
    const pairs = [
      ['https://id.test', '12'],
      ['https://id.test1', '2'],
      ['https://id.test', '","12'],
      ['https://id.test","', '12'],
      ['https://id.test', '12\0'],
      ['https://id.test', ''],
      ['', 'https://id.test12'],
    ] as const;
    const keys = pairs.map(([issuer, subject]) => identityKey({ issuer, subject }));

    expect(new Set(keys).size).toBe(pairs.length);
    for (const key of keys) expect(key).toMatch(/^[\w-]{43}$/);
  });
});
