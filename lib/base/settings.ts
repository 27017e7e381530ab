import { mayBeAllowed } from './allowed-headers.ts';
import { readAppName } from './app-name.ts';
import type { Config, SameSite } from './config.ts';
import { readCookieDomain } from './cookie-domain.ts';
import { databaseSettings } from './database-settings.ts';
import { readClientAddressHeader, readOriginSecrets } from './edge-settings.ts';
import { readMetrics } from './metrics-setting.ts';
import { readProviders } from './provider-settings.ts';
import {
  check,
  flag,
  listOf,
  matching,
  nameMessage,
  needed,
  numeric,
  of,
  oneOf,
  optional,
  type Read,
  type Setting,
  where,
  whole,
} from './read-variables.ts';
import { readSender } from './sender.ts';
import { readSmtpServer } from './smtp-settings.ts';

/** True for the stages that run on one machine and give away what a deployed one must not. */
export const isLocal = (stage: string) => stage === 'dev' || stage === 'test';

const isOrigin = (value: string) => {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return /^https?:$/.test(url.protocol) && (value === url.origin || value === `${url.origin}/`);
};

/** A URL that `fetch` takes: it refuses one that holds a password. */
const isHttpUrl = (value: string) => {
  if (!/^https?:/.test(value) || !URL.canParse(value)) return false;
  const { username, password } = new URL(value);
  return username === '' && password === '';
};

const withoutSlash = (origin: string) => origin.replace(/\/$/, '');

const isEmptyList = (text = '') => /^(?:\s*\[\s*\]\s*)?$/.test(text);

const secretsMessage = 'comma-separated secrets, newest first, each of at least 32 characters';
const originMessage = 'an origin such as https://example.com, without a path';
const headersMessage =
  'names of headers that pages may send, such as traceparent; neither * nor a name that browsers keep to themselves';
const needsHttps = 'https in a deployed stage';
const senderMessage = 'one address, alone or as Name <address>: no list, no line break';

/** A stage is never guessed, since `dev` and `test` give away what a deployed one must not. */
const readStage: Read<string> = needed(
  'needed: the name of the deployed stage; dev or test on one machine',
  (text, { insideLambda }) => {
    check(/^[\w-]{1,60}$/.test(text), `${nameMessage}, without spaces`);
    check(isLocal(text) || !isLocal(text.toLowerCase()), 'dev and test are written in small letters');
    check(!(isLocal(text) && insideLambda), 'dev and test do not start inside of Lambda: name another stage');
    return text;
  },
);

/** Every value of the configuration: the variable it comes from, and how it is read. */
export const settings: { readonly [Key in keyof Config]: Setting<Config[Key]> } = {
  stage: of('STAGE', readStage),
  deployed: of('STAGE', (_text, { deployed }) => deployed === true),
  cookieName: of('STAGE', (_text, { deployed, present }) => {
    if (!deployed) return 'session_auth';
    // Browsers take the name that begins with `__Host-` from no host for another.
    return present.COOKIE_DOMAIN === undefined ? '__Host-session' : '__Secure-session';
  }),
  cookieDomain: of('COOKIE_DOMAIN', optional(undefined, readCookieDomain)),
  ...databaseSettings,
  sessionSecrets: of(
    'SESSION_SECRETS',
    needed(secretsMessage, (text) => {
      const secrets = listOf(text);
      check(secrets.length > 0 && secrets.every((secret) => secret.length >= 32), secretsMessage);
      return Object.freeze(secrets);
    }),
  ),
  sessionIdleSeconds: of('SESSION_IDLE_SECONDS', whole(1, 31_536_000, 1_209_600)),
  sessionAbsoluteSeconds: of('SESSION_ABSOLUTE_SECONDS', whole(1, 31_536_000, 2_592_000)),
  sessionTouchSeconds: of('SESSION_TOUCH_SECONDS', whole(0, 31_536_000, 3600)),
  bcryptCost: of('BCRYPT_COST', whole(10, 20, 12)),
  passwordPepper: of('PASSWORD_PEPPER', optional(undefined, String)),
  passwordMinLength: of('PASSWORD_MIN_LENGTH', whole(8, 256, 15)),
  publicUrl: of('PUBLIC_URL', (text, about) => {
    check(
      !about.deployed || text?.trim().startsWith('https:') === true,
      'needed in a deployed stage: an https origin such as https://example.com',
    );
    return withoutSlash(where(isOrigin, originMessage)((text ?? 'http://localhost:3000').trim()));
  }),
  appName: of('APP_NAME', readAppName),
  allowedOrigins: of(
    'ALLOWED_ORIGINS',
    optional<readonly string[], readonly string[]>(Object.freeze([]), (text, { deployed }) => {
      const origins = listOf(text);
      check(origins.every(isOrigin), `each ${originMessage}`);
      check(!deployed || origins.every((origin) => origin.startsWith('https:')), `each ${needsHttps}`);
      return Object.freeze(origins.map(withoutSlash));
    }),
  ),
  allowedHeaders: of(
    'ALLOWED_HEADERS',
    optional<readonly string[], readonly string[]>(Object.freeze([]), (text) => {
      const names = listOf(text);
      check(names.every(mayBeAllowed), headersMessage);
      return Object.freeze(names);
    }),
  ),
  originSecrets: of(
    'ORIGIN_SECRET',
    optional<readonly string[], readonly string[]>(Object.freeze([]), readOriginSecrets),
  ),
  clientAddressHeader: of('CLIENT_ADDRESS_HEADER', optional(undefined, readClientAddressHeader)),
  cookieSameSite: of('COOKIE_SAME_SITE', (text, { deployed, present }) => {
    const chosen = oneOf(['Strict', 'Lax', 'None'], 'Lax', 'Strict, Lax or None; unset means Lax')(text);
    const mayBeNone = deployed !== false && present.ALLOWED_ORIGINS !== undefined;
    check(chosen !== 'None' || mayBeNone, 'None needs a deployed stage and ALLOWED_ORIGINS');
    // Browsers keep such a cookie back on the way from a provider, so that who has just signed in would not be.
    check(chosen !== 'Strict' || isEmptyList(present.OIDC_PROVIDERS), 'Lax where there are OIDC_PROVIDERS');
    return chosen.toLowerCase() as SameSite;
  }),
  mailFrom: of('MAIL_FROM', (text, { deployed }) => {
    check(!deployed || text !== undefined, `needed in a deployed stage: ${senderMessage}`);
    const sender = text === undefined ? undefined : readSender(text);
    check(text === undefined || sender !== undefined, senderMessage);
    return sender;
  }),
  smtpServer: of('SMTP_URL', readSmtpServer),
  // Lambda tells a function its own name; serverless.yml ends each by that of its handler. Of a function that is released in
  // versions it tells which one runs, and what it calls is the one that is live: lib/dev/service/releases.ts.
  mailFunction: of('STAGE', (_text, { present }) => {
    const own = present.AWS_LAMBDA_FUNCTION_NAME ?? `session-auth-${present.STAGE}-auth`;
    const isReleased = /^\d+$/.test(present.AWS_LAMBDA_FUNCTION_VERSION ?? '');
    return own.replace(/[^-]+$/, isReleased ? 'mail:live' : 'mail');
  }),
  requireVerifiedEmail: of('REQUIRE_VERIFIED_EMAIL', flag),
  emailCode: of('EMAIL_CODE', flag),
  eventBus: of(
    'EVENT_BUS',
    optional(
      undefined,
      matching(
        /^(arn:[\w-]+:events:[\w-]+:\d{12}:event-bus\/)?[\w./-]{1,256}$/,
        'the name or the ARN of an EventBridge bus',
      ),
    ),
  ),
  adminSecondFactor: of('ADMIN_SECOND_FACTOR', (text, { deployed }) =>
    text === undefined ? deployed !== false : flag(text),
  ),
  activityDays: of('ACTIVITY_DAYS', whole(1, 3650, 90)),
  passwordBreachCheck: of('PASSWORD_BREACH_CHECK', flag),
  passwordBreachUrl: of(
    'PASSWORD_BREACH_URL',
    optional('https://api.pwnedpasswords.com/range/', (text, { deployed }) => {
      check(isHttpUrl(text), 'an http(s) URL, without a password');
      check(!deployed || text.startsWith('https:'), needsHttps);
      return text;
    }),
  ),
  rateLimitFactor: of(
    'RATE_LIMIT_FACTOR',
    numeric(/^\s*\d+(\.\d+)?\s*$/, [0.1, 1000], 1, 'a number from 0.1 to 1000; unset means 1'),
  ),
  oidcProviders: of('OIDC_PROVIDERS', readProviders),
  logLevel: of(
    'LOG_LEVEL',
    oneOf(['ERROR', 'WARN', 'INFO', 'DEBUG'], 'INFO', 'ERROR, WARN, INFO or DEBUG; unset means INFO'),
  ),
  metrics: of('METRICS', readMetrics),
};
