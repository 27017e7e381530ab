import { isDeepStrictEqual } from 'node:util';
import { type Config, readConfig } from '../../store/read-config.ts';

/** What a change of settings does to people. */
type Rule = readonly [what: string, settings: string, isSo: (before: Config, after: Config) => boolean];

const hostOf = ({ publicUrl }: Config) => new URL(publicUrl).hostname;

/** The database itself: neither its password nor how it is spoken to. */
function databaseOf({
  store,
  mongodbUri,
  mongodbDatabase,
  databaseUrl,
  sessionCollection: _,
}: Config): unknown {
  if (store === 'mongodb')
    return [
      store,
      mongodbUri
        .replace(/\?.*$/, '')
        .replace(/\/\/.*@/, '//')
        .split('/')[2],
      mongodbDatabase,
    ];
  const { hostname, port, pathname } = new URL(databaseUrl);
  return [store, hostname, port, pathname];
}

const rules: readonly Rule[] = [
  [
    'accounts and sessions are those of another database: everybody is signed out',
    'STORE, MONGODB_URI, MONGODB_DB or DATABASE_URL',
    (before, after) => !isDeepStrictEqual(databaseOf(before), databaseOf(after)),
  ],
  [
    'sessions are kept elsewhere: everybody is signed out',
    'SESSION_COLLECTION',
    (before, after) => before.sessionCollection !== after.sessionCollection,
  ],
  [
    'a secret that signed is gone: whom it alone signed is signed out, and whose authenticator app it encrypted needs another factor',
    'SESSION_SECRETS',
    (before, after) => !before.sessionSecrets.every((secret) => after.sessionSecrets.includes(secret)),
  ],
  [
    'the cookie is another: everybody is signed out',
    'COOKIE_DOMAIN',
    (before, after) => before.cookieName !== after.cookieName || before.cookieDomain !== after.cookieDomain,
  ],
  [
    'browsers send the cookie from fewer places: who comes from there is signed out',
    'COOKIE_SAME_SITE',
    (before, after) => strictness(after) > strictness(before),
  ],
  [
    'sessions are over sooner: the older ones end',
    'SESSION_IDLE_SECONDS or SESSION_ABSOLUTE_SECONDS',
    (before, after) =>
      after.sessionIdleSeconds < before.sessionIdleSeconds ||
      after.sessionAbsoluteSeconds < before.sessionAbsoluteSeconds,
  ],
  [
    'every password that was hashed with the pepper of before is refused until a reset',
    'PASSWORD_PEPPER',
    (before, after) => before.passwordPepper !== undefined && before.passwordPepper !== after.passwordPepper,
  ],
  [
    'a secret of the CDN is gone: what it still shows is refused, until it shows one that is let in',
    'ORIGIN_SECRET',
    (before, after) =>
      after.originSecrets.length > 0 &&
      !before.originSecrets.every((secret) => after.originSecrets.includes(secret)),
  ],
  [
    'what does not come by the CDN is refused from now on',
    'ORIGIN_SECRET',
    (before, after) => before.originSecrets.length === 0 && after.originSecrets.length > 0,
  ],
  [
    'pages of an origin that is gone are refused',
    'ALLOWED_ORIGINS',
    (before, after) => before.allowedOrigins.some((origin) => !after.allowedOrigins.includes(origin)),
  ],
  [
    'who has not confirmed the address of the account is refused until that is done',
    'REQUIRE_VERIFIED_EMAIL',
    (before, after) => !before.requireVerifiedEmail && after.requireVerifiedEmail,
  ],
  [
    'administrators without a second factor find nothing under /admin',
    'ADMIN_SECOND_FACTOR',
    (before, after) => !before.adminSecondFactor && after.adminSecondFactor,
  ],
  [
    'browsers know another host: everybody is signed out there, and passkeys of the old one are refused',
    'PUBLIC_URL',
    (before, after) => hostOf(before) !== hostOf(after),
  ],
  [
    'no mailed code signs in any more: who came in by it alone needs a reset',
    'EMAIL_CODE',
    (before, after) => before.emailCode && !after.emailCode,
  ],
  [
    'a provider is gone: who signs in by it alone needs a reset',
    'OIDC_PROVIDERS',
    (before, after) =>
      before.oidcProviders.some(
        ({ id, issuer }) => !after.oidcProviders.some((each) => each.id === id && each.issuer === issuer),
      ),
  ],
];

const strictness = ({ cookieSameSite }: Config) => ['none', 'lax', 'strict'].indexOf(cookieSameSite);

/** One line for each way in which a change signs people out, or refuses how they come in. */
export function consequencesOf(before: NodeJS.ProcessEnv, after: NodeJS.ProcessEnv): string[] {
  const now = readConfig(after);
  const was = readOrNone(before);
  if (!was)
    return ['  what is deployed cannot be read whole, so that nobody knows whether people stay signed in'];
  return rules.flatMap(([what, settings, isSo]) => (isSo(was, now) ? [`  ${settings}: ${what}`] : []));
}

function readOrNone(env: NodeJS.ProcessEnv): Config | undefined {
  try {
    return readConfig(env);
  } catch {
    return undefined;
  }
}
