import { Secret } from 'otpauth';
import { describe, expect, test } from 'vitest';
import { createSeal } from '../../lib/users/seal.ts';
import { createTotp } from '../../lib/users/totp.ts';

const secret = 'a session secret of at least 32 characters';
const seal = createSeal([secret], 'totp');
const totp = createTotp({ seal, issuer: 'auth.example.com' });

/** RFC 6238, appendix B, SHA-1: the last six of the eight digits. */
const vectors = [
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
] as const;

describe('codes of an authenticator app', () => {
  const { base32 } = Secret.fromUTF8('12345678901234567890');
  const sealed = seal.close(base32, 'u1');

  test.each(vectors)('RFC 6238: at %d s the code is %s', (seconds, code) => {
    const at = new Date(seconds * 1000);

    expect(totp.stepOf(code, sealed, 'u1', at)).toBe(Math.floor(seconds / 30));
    expect(totp.stepOf(code, sealed, 'u1', at, Math.floor(seconds / 30))).toBeNull();
    expect(totp.stepOf(code, sealed, 'u1', new Date(at.getTime() + 60_000))).toBeNull();
  });

  test('are of nobody else: a secret opens for its user alone', () => {
    expect(totp.stepOf('287082', sealed, 'u2', new Date(59_000))).toBeNull();
    expect(totp.show(sealed, { id: 'u2', email: 'eve@mail.test' })).toBeNull();
  });

  test('are told to the app by an address with issuer and account', () => {
    const { shown, sealed: kept } = totp.make({ id: 'u1', email: 'ada+x@mail.test' });

    const uri = new URL(shown.uri);
    expect(decodeURIComponent(uri.pathname)).toBe('/auth.example.com:ada+x@mail.test');
    expect(Object.fromEntries(uri.searchParams)).toMatchObject({
      issuer: 'auth.example.com',
      secret: shown.secret,
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
    expect(totp.show(kept, { id: 'u1', email: 'ada+x@mail.test' })).toEqual(shown);
  });
});

describe('a seal', () => {
  test('opens what any of its secrets has closed, and closes with the newest', () => {
    const newer = createSeal(['a newer secret of at least 32 characters', secret], 'totp');
    const closed = newer.close('text', 'u1');

    expect(newer.open(seal.close('text', 'u1'), 'u1')).toBe('text');
    expect([newer.open(closed, 'u1'), seal.open(closed, 'u1')]).toEqual(['text', null]);
  });

  test('gives each closing another look, and keeps uses apart', () => {
    const closed = seal.close('text', 'u1');

    expect(seal.close('text', 'u1')).not.toBe(closed);
    expect(createSeal([secret], 'another use').open(closed, 'u1')).toBeNull();
  });

  test('does not open what was changed anywhere, or is none', () => {
    const closed = Buffer.from(seal.close('text', 'u1'), 'base64url');

    for (let at = 0; at < closed.length; at += 1) {
      const changed = Buffer.from(closed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(seal.open(changed.toString('base64url'), 'u1')).toBeNull();
    }
    for (const none of ['', 'x', 'x'.repeat(30), '.'.repeat(80)]) expect(seal.open(none, 'u1')).toBeNull();
  });
});
