import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../lib/store/read-config.ts';

const secret = 'the secret that Acme gave out';
const local = {
  STAGE: 'dev',
  MONGODB_URI: 'mongodb://localhost:27017',
  SESSION_SECRETS: 'a secret of at least 32 characters',
  OIDC_SECRET_ACME: secret,
};
const deployed = {
  ...local,
  STAGE: 'prod',
  PUBLIC_URL: 'https://example.com',
  MAIL_FROM: 'no-reply@example.com',
};
const acme = { id: 'acme', name: 'Acme', issuer: 'https://id.acme.example', clientId: 'client-of-ours' };

type Fields = Record<string, unknown>;
const list = (...providers: unknown[]) => ({ OIDC_PROVIDERS: JSON.stringify(providers) });
const one = (more: Fields) => list({ ...acme, ...more });

function providersOf(environment: NodeJS.ProcessEnv) {
  return readConfig({ ...local, ...environment }).oidcProviders;
}

/** The error of a bad environment; fails where there is none. */
function errorOf(environment: NodeJS.ProcessEnv): ConfigError {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the environment was taken');
}

describe('OIDC_PROVIDERS', () => {
  test.each([[undefined], [''], ['  '], ['[]'], [' [ ] ']])('may be empty: %j', (text) => {
    expect(providersOf({ OIDC_PROVIDERS: text })).toEqual([]);
  });

  test('needs four fields of a provider, and has the documented defaults for the others', () => {
    expect(providersOf(list(acme))).toEqual([
      {
        ...acme,
        clientSecret: secret,
        kind: 'oidc',
        responseMode: 'query',
        trustsSecondFactor: false,
        scope: 'openid email profile',
        icon: undefined,
      },
    ]);
  });

  test('takes each field as it is documented', () => {
    const all = {
      ...acme,
      issuer: 'https://id.acme.example/realms/one',
      responseMode: 'form_post',
      trustsSecondFactor: true,
      scope: 'openid email',
      icon: '/icons/acme.svg',
    };

    expect(providersOf(list(all))).toMatchObject([all]);
  });

  test('of GitHub needs no issuer', () => {
    const hub = { id: 'github', name: 'GitHub', kind: 'github', clientId: 'ours' };

    expect(providersOf({ ...list(hub), OIDC_SECRET_GITHUB: 'its own' })).toMatchObject([
      { issuer: 'https://github.com', scope: 'read:user user:email', clientSecret: 'its own' },
    ]);
  });

  test('keeps the order, and finds the secret of each', () => {
    const found = providersOf({
      ...list({ ...acme, id: 'my-own_one' }, acme),
      OIDC_SECRET_MY_OWN_ONE: 'another secret',
    });

    expect(found.map(({ id, clientSecret }) => [id, clientSecret])).toEqual([
      ['my-own_one', 'another secret'],
      ['acme', secret],
    ]);
  });

  test('cannot be changed afterwards', () => {
    expect(Object.isFrozen(providersOf(list(acme)))).toBe(true);
  });
});

describe('OIDC_PROVIDERS is refused, and the message says what to do and no value', () => {
  const hidden = 'kept-to-itself';
  const long = (count: number) => hidden + 'x'.repeat(count);

  test.each<[string, NodeJS.ProcessEnv, string]>([
    ['that is no JSON', { OIDC_PROVIDERS: `${hidden}` }, 'a JSON list, such as [{'],
    ['that is an object', { OIDC_PROVIDERS: JSON.stringify({ [hidden]: acme }) }, 'a JSON list'],
    ['that is text', { OIDC_PROVIDERS: JSON.stringify(hidden) }, 'a JSON list'],
    ['that is null', { OIDC_PROVIDERS: 'null' }, 'a JSON list'],
    ['with text in place of a provider', list(acme, hidden), 'provider 2: a JSON object'],
    ['with a list in place of a provider', list([hidden]), 'provider 1: a JSON object'],
    ['with null in place of a provider', list(null), 'provider 1: a JSON object'],
    ['with a field that there is not', one({ [hidden]: 1 }), 'what there is: id, name, issuer'],
    ['with the secret in it', one({ clientSecret: hidden }), 'provider 1: no such field'],
    [
      'with a field that every object has',
      { OIDC_PROVIDERS: `[{"__proto__":"${hidden}"}]` },
      'no such field',
    ],
    ['without an id', one({ id: undefined }), 'provider 1: id is a small letter'],
    ['with an id in capitals', one({ id: `A${hidden}` }), 'id is a small letter'],
    ['with an id that begins with a digit', one({ id: `1${hidden}` }), 'id is a small letter'],
    ['with an id that has a slash', one({ id: `${hidden}/x` }), 'id is a small letter'],
    ['with an id that is too long', one({ id: long(32) }), '32 at most'],
    ['with an id that ends a line', one({ id: `${hidden}\n` }), 'id is a small letter'],
    ['without a name', one({ name: undefined }), 'provider 1: name is what people know it by'],
    ['with an empty name', one({ name: '' }), 'name is what people know it by'],
    ['with a name that is too long', one({ name: long(60) }), 'in 60 characters at most'],
    ['with a name of two lines', one({ name: `${hidden}\nx` }), 'name is what people know it by'],
    [
      'without a client id',
      one({ clientId: undefined }),
      'provider 1: clientId is what the provider gave out',
    ],
    ['with a client id that is a number', one({ clientId: 7 }), 'clientId is what the provider gave out'],
    ['with a client id that has a space', one({ clientId: `${hidden} x` }), 'clientId is what'],
    ['without an issuer', one({ issuer: undefined }), 'provider 1: issuer is an https URL'],
    ['with an issuer that is no URL', one({ issuer: hidden }), 'issuer is an https URL'],
    ['with an issuer of no web site', one({ issuer: `ftp://${hidden}` }), 'issuer is an https URL'],
    [
      'with an issuer with a password',
      one({ issuer: `https://a:${hidden}@b.example` }),
      'issuer is an https URL',
    ],
    [
      'with an issuer with a query',
      one({ issuer: `https://a.example/?${hidden}` }),
      'without query and fragment',
    ],
    [
      'with an issuer with a fragment',
      one({ issuer: `https://a.example/#${hidden}` }),
      'without query and fragment',
    ],
    ['of another kind', one({ kind: hidden }), 'provider 1: kind is oidc or github'],
    ['with a kind that every object has', one({ kind: 'constructor' }), 'kind is oidc or github'],
    ['with another response mode', one({ responseMode: hidden }), 'responseMode is query or form_post'],
    ['with a list of response modes', one({ responseMode: ['query'] }), 'responseMode is query or form_post'],
    ['with a trust in words', one({ trustsSecondFactor: 'true' }), 'trustsSecondFactor is true or false'],
    ['with a list of scopes', one({ scope: ['openid', hidden] }), 'scope is names with spaces between them'],
    ['with an empty scope', one({ scope: '' }), 'scope is names with spaces between them'],
    ['without openid in its scope', one({ scope: 'email profile' }), 'scope'],
    [
      'with an icon elsewhere',
      one({ icon: `https://${hidden}.example/x.svg` }),
      'icon is a path on your own origin',
    ],
    ['with an icon on another host', one({ icon: `//${hidden}/x.svg` }), 'icon is a path on your own origin'],
    ['with the same id twice', list(acme, { ...acme, name: 'Other' }), 'each id once'],
    [
      'with a-b and a_b',
      list({ ...acme, id: 'a-b' }, { ...acme, id: 'a_b' }),
      '"-" and "_" count as the same',
    ],
    ['without the secrets', list(acme, { ...acme, id: 'other-one' }), 'set beside it OIDC_SECRET_OTHER_ONE'],
  ])('%s', (_what, environment, message) => {
    for (const base of [local, deployed]) {
      const error = errorOf({ ...base, ...environment });

      expect(error.variables).toEqual(['OIDC_PROVIDERS']);
      expect(error.message).toContain('OIDC_PROVIDERS: ');
      expect(error.message).toContain(message);
      for (const value of [hidden, secret, acme.clientId, acme.issuer])
        expect(error.message).not.toContain(value);
    }
  });

  test('with an empty secret, which is none', () => {
    const error = errorOf({ ...local, ...list(acme), OIDC_SECRET_ACME: '  ' });

    expect(error.message).toContain('OIDC_PROVIDERS: set beside it OIDC_SECRET_ACME');
  });

  test('with an http issuer in a deployed stage, and not on one machine', () => {
    const http = one({ issuer: 'http://127.0.0.1:9000' });

    expect(errorOf({ ...deployed, ...http }).variables).toEqual(['OIDC_PROVIDERS']);
    expect(providersOf(http)).toMatchObject([{ issuer: 'http://127.0.0.1:9000' }]);
    expect(providersOf({ ...http, STAGE: 'test' })).toHaveLength(1);
  });
});

describe('COOKIE_SAME_SITE=Strict', () => {
  test('is refused beside providers: who comes back from one would not be signed in', () => {
    const error = errorOf({ ...local, ...list(acme), COOKIE_SAME_SITE: 'Strict' });

    expect(error.variables).toEqual(['COOKIE_SAME_SITE']);
    expect(error.message).toContain('Lax where there are OIDC_PROVIDERS');
  });

  test.each([[undefined], ['[]']])('is taken where there are none: %j', (text) => {
    expect(readConfig({ ...local, OIDC_PROVIDERS: text, COOKIE_SAME_SITE: 'Strict' }).cookieSameSite).toBe(
      'strict',
    );
  });
});
