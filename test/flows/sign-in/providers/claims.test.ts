import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identityOf, isMultiFactor, profileOf } from '../../../../lib/flows/shared/providers/claims.ts';
import { createSealedCookie } from '../../../../lib/flows/shared/sealed-cookie.ts';

/** Objects of JSON, in which the names that matter come often. */
const names = ['iss', 'sub', 'email', 'email_verified', 'name', 'given_name', 'family_name', 'amr', 'acr'];
const values = fc.oneof(fc.jsonValue(), fc.constantFrom('mfa', 'phr', 'true', true, ['mfa'], [['mfa']], ' '));
const claims = fc
  .tuple(fc.dictionary(fc.constantFrom(...names), values), fc.dictionary(fc.string(), fc.jsonValue()))
  .map(([known, others]): Record<string, unknown> => ({ ...others, ...known }));

describe('of whatever a provider says', () => {
  test('an identity is two texts, or there is none', () => {
    const isText = (value: unknown) => typeof value === 'string' && value.trim() !== '';
    fc.assert(
      fc.property(claims, (given) => {
        if (isText(given.iss) && isText(given.sub)) {
          const { issuer, subject } = identityOf(given);
          expect([issuer, subject]).toEqual([String(given.iss).trim(), String(given.sub).trim()]);
        } else expect(() => identityOf(given)).toThrow('the token does not say whose it is');
      }),
    );
  });

  test('a profile is texts that show something, and an address is confirmed by true and "true" alone', () => {
    fc.assert(
      fc.property(claims, (given) => {
        const { email, name, emailVerified } = profileOf(given);

        for (const text of [email, name])
          expect(text === undefined || (typeof text === 'string' && text.trim() !== '')).toBe(true);
        expect(emailVerified).toBe(given.email_verified === true || given.email_verified === 'true');
      }),
    );
  });

  test('a second factor is one that is named as such, and nothing else', () => {
    fc.assert(
      fc.property(claims, (given) => {
        const said = isMultiFactor(given);

        expect(typeof said).toBe('boolean');
        const { amr, acr } = given;
        const named = JSON.stringify([amr ?? null, acr ?? null]);
        if (!/"(?:mfa|phr|phrh|http[^"]*)"/.test(named)) expect(said).toBe(false);
        if (Array.isArray(amr) && amr.includes('mfa')) expect(said).toBe(true);
      }),
    );
  });
});

describe('a sealed cookie', () => {
  const cookie = (secret: string) =>
    createSealedCookie({
      config: { deployed: false, cookieSameSite: 'lax', sessionSecrets: [secret] },
      name: 'provider',
      purpose: 'a test',
      lifeMs: 1000,
      mostAtOnce: 3,
      now: () => new Date(0),
    });
  type Req = Parameters<ReturnType<typeof cookie>['find']>[0];
  const reqWith = (header: string | undefined) => ({ headers: { cookie: header } }) as unknown as Req;
  const secret = 'a test secret of at least 32 characters';

  const inForm = fc
    .array(fc.stringMatching(/^[\w-]{40,90}$/), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join('.'));

  test('of whatever somebody sends is nothing', () => {
    const sent = fc.oneof(
      fc.string().map((text) => `session_auth_provider=${text}`),
      inForm.map((text) => `session_auth_provider=${text}`),
      fc.string(),
      fc.constant(undefined),
    );
    fc.assert(
      fc.property(sent, (header) => {
        expect(cookie(secret).find(reqWith(header), 'acme')).toEqual([]);
      }),
    );
  });

  test('opens as what was put in, and no longer once a character of it has changed', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.nat(), (text, at) => {
        const given: string[] = [];
        const res = { cookie: (_name: string, sealed: string) => given.push(sealed) };
        cookie(secret).add({ headers: {}, res } as unknown as Req, text, 'acme');
        const [value = ''] = given;
        const find = (sent: string, about = 'acme', by = secret) =>
          cookie(by)
            .find(reqWith(`session_auth_provider=${sent}`), about)
            .map((each) => each.text);

        expect(find(value)).toEqual([text]);
        expect(find(value, 'other')).toEqual([]);
        expect(find(value, 'acme', `another ${secret}`)).toEqual([]);
        const bytes = Buffer.from(value, 'base64url');
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ 1;
        expect(find(bytes.toString('base64url'))).toEqual([]);
      }),
    );
  });
});
