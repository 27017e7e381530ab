import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPasswords, type Passwords } from '../../lib/users/passwords.ts';
import { cpuOf, median } from '../support/timing.ts';

// 4 is the least that bcrypt takes: these tests are about what is hashed, not about how long that takes.
const cheap = (pepper?: string, cost = 4) => createPasswords({ cost, pepper });
const phrase = 'correct horse battery staple';

async function accepts(passwords: Passwords, password: string, stored: string): Promise<boolean> {
  return (await passwords.verify(password, stored)).matches;
}

describe('a password', () => {
  it('is right where it is the same, and wrong where it is another', async () => {
    const passwords = cheap();
    const stored = await passwords.hash(phrase);

    expect(await accepts(passwords, phrase, stored)).toBe(true);
    for (const other of [`${phrase} `, phrase.slice(0, -1), phrase.toUpperCase(), '', `\0${phrase}`])
      expect(await accepts(passwords, other, stored)).toBe(false);
  });

  it('is hashed with a salt: twice the same gives two hashes', async () => {
    const passwords = cheap();

    expect(await passwords.hash(phrase)).not.toBe(await passwords.hash(phrase));
  });

  it.each([
    ['in ASCII', 'a'.repeat(72)],
    ['in two-byte letters', 'é'.repeat(40)],
    ['in four-byte characters', '🐎'.repeat(18)],
  ])('PS: two that differ only after the 72nd byte, %s, are two passwords', async (_script, long) => {
    const passwords = cheap();
    const stored = await passwords.hash(`${long}1`);

    expect(Buffer.byteLength(long)).toBeGreaterThanOrEqual(72);
    expect(await accepts(passwords, `${long}1`, stored)).toBe(true);
    expect(await accepts(passwords, `${long}2`, stored)).toBe(false);
    expect(await accepts(passwords, long, stored)).toBe(false);
  });

  it('ASVS 6.2.8: is verified whole: a change anywhere in 256 characters is seen', async () => {
    const passwords = cheap();
    const long = 'x'.repeat(256);
    const stored = await passwords.hash(long);

    for (const at of [0, 71, 72, 127, 128, 255])
      expect(await accepts(passwords, `${long.slice(0, at)}y${long.slice(at + 1)}`, stored)).toBe(false);
    expect(await accepts(passwords, long, stored)).toBe(true);
  });

  it('is the same however a keyboard composes its letters (NFC and NFD)', async () => {
    const passwords = cheap();
    const composed = 'Ångström café 한국어'.normalize('NFC');
    const decomposed = composed.normalize('NFD');

    expect(decomposed).not.toBe(composed);
    expect(await accepts(passwords, decomposed, await passwords.hash(composed))).toBe(true);
    expect(await accepts(passwords, composed, await passwords.hash(decomposed))).toBe(true);
  });

  it('of any characters is accepted again, and no other in its place', async () => {
    const passwords = cheap();

    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 120 }),
        fc.string({ unit: 'binary' }),
        async (a, b) => {
          const stored = await passwords.hash(a);
          expect(await accepts(passwords, a, stored)).toBe(true);
          if (a.normalize('NFC') !== b.normalize('NFC'))
            expect(await accepts(passwords, b, stored)).toBe(false);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('a stored hash', () => {
  it('tells neither the password nor the pepper', async () => {
    const stored = await cheap('a pepper of some length').hash(phrase);

    expect(stored).toMatch(/^hmac-sha384:[\w-]{8}:\$2b\$04\$[./0-9A-Za-z]{53}$/);
    expect(stored).not.toContain('pepper of');
    expect(stored).not.toContain('horse');
  });

  it('made before there was a pepper is still right, and outdated', async () => {
    const stored = await cheap().hash(phrase);

    expect(await cheap('pepper').verify(phrase, stored)).toEqual({ matches: true, outdated: true });
    expect(await cheap('pepper').verify('wrong', stored)).toMatchObject({ matches: false });
  });

  it('made with today’s cost and pepper is up to date', async () => {
    const passwords = cheap('pepper');

    expect(await passwords.verify(phrase, await passwords.hash(phrase))).toEqual({
      matches: true,
      outdated: false,
    });
  });

  it('PS: of another cost than today’s, lower or higher, is still right, and outdated', async () => {
    const lower = await cheap().hash(phrase);
    const higher = await cheap(undefined, 6).hash(phrase);
    const passwords = cheap(undefined, 5);

    expect(await passwords.verify(phrase, lower)).toEqual({ matches: true, outdated: true });
    expect(await passwords.verify(phrase, higher)).toEqual({ matches: true, outdated: true });
  });

  it('of a pepper that is not ours, or not ours any more, matches nothing', async () => {
    const stored = await cheap('one pepper').hash(phrase);

    expect(await accepts(cheap('another pepper'), phrase, stored)).toBe(false);
    expect(await accepts(cheap(), phrase, stored)).toBe(false);
    expect(await accepts(cheap('one pepper'), phrase, stored)).toBe(true);
  });

  it.each([
    ['of an unknown scheme', (hash: string) => hash.replace('hmac-sha384', 'md5')],
    ['without its scheme', (hash: string) => hash.split(':')[2] ?? ''],
    ['that is cut off', (hash: string) => hash.slice(0, -1)],
    ['that is no bcrypt hash', () => 'hmac-sha384:plain:not a hash'],
    ['of an unknown version of bcrypt', (hash: string) => hash.replace('$2b$', '$9z$')],
    ['of a cost that there is not', (hash: string) => hash.replace('$04$', '$99$')],
    ['that is empty', () => ''],
  ])('%s matches nothing, and is no error', async (_what, spoil) => {
    const passwords = cheap();
    const stored = spoil(await passwords.hash(phrase));

    expect(await passwords.verify(phrase, stored)).toEqual({ matches: false, outdated: false });
    expect(await passwords.verify('', stored)).toEqual({ matches: false, outdated: false });
  });
});

describe('the time of a check', () => {
  const cost = 9;
  const passwords = createPasswords({ cost, pepper: 'pepper' });

  it('ASVS 6.3.8: is the same for a wrong password, an account that is not there and an older hash', async () => {
    const stored = await passwords.hash(phrase);
    const older = await createPasswords({ cost: cost - 3, pepper: undefined }).hash(phrase);
    const spent: Record<'wrong' | 'nobody' | 'none' | 'older' | 'unknown', number[]> = {
      wrong: [],
      nobody: [],
      none: [],
      older: [],
      unknown: [],
    };

    for (let round = 0; round < 7; round++) {
      spent.wrong.push(await cpuOf(() => passwords.verify('wrong', stored)));
      spent.nobody.push(await cpuOf(() => passwords.verifyNothing('wrong')));
      spent.none.push(await cpuOf(() => passwords.verify('wrong', undefined)));
      spent.older.push(await cpuOf(() => passwords.verify('wrong', older)));
      spent.unknown.push(await cpuOf(() => passwords.verify('wrong', 'unknown:x:y')));
    }

    const medians = Object.values(spent).map(median);
    expect(Math.max(...medians) / Math.min(...medians)).toBeLessThan(2);
  });
});

describe('hashing', () => {
  it('of many at once takes them one after the other, and leaves the instance time for others', async () => {
    const passwords = createPasswords({ cost: 8, pepper: undefined });
    const finished: number[] = [];
    let turns = 0;
    let hashing = true;
    const others = (async () => {
      for (; hashing; turns++) await new Promise(setImmediate);
    })();

    await Promise.all(
      [0, 1, 2, 3, 4].map(async (each) => {
        await passwords.hash(`${phrase} ${each}`);
        finished.push(each);
      }),
    );
    hashing = false;
    await others;

    expect(finished).toEqual([0, 1, 2, 3, 4]);
    expect(turns).toBeGreaterThan(5);
  });

  it('that fails does not stop the ones behind it', async () => {
    const passwords = cheap();
    const noPassword = undefined as unknown as string;

    const results = await Promise.allSettled([passwords.hash(noPassword), passwords.hash(phrase)]);

    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });
});
