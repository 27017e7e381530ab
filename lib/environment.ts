import { mayBeAllowed } from './allowed-headers.ts';
import {
  check,
  flag,
  listOf,
  matching,
  needed,
  numeric,
  oneOf,
  optional,
  type Read,
  readVariables,
  trimmed,
  type Values,
  where,
  whole,
} from './read-variables.ts';

export type SameSite = 'strict' | 'lax' | 'none';

/** Everything the environment decides, read once when an instance starts. Units stand in the names. */
export interface Config {
  readonly stage: string;
  /** True in every stage but `dev` and `test`: cookies are `Secure`, the outbox is closed. */
  readonly deployed: boolean;
  readonly mongodbUri: string;
  readonly mongodbDatabase: string;
  readonly mongodbMaxPoolSize: number;
  readonly sessionCollection: string;
  /** Newest first: every one verifies, the first signs. */
  readonly sessionSecrets: readonly string[];
  readonly sessionIdleSeconds: number;
  readonly sessionAbsoluteSeconds: number;
  readonly sessionTouchSeconds: number;
  readonly cookieName: string;
  readonly cookieSameSite: SameSite;
  readonly bcryptCost: number;
  readonly passwordPepper: string | undefined;
  readonly passwordMinLength: number;
  readonly passwordBreachCheck: boolean;
  readonly passwordBreachUrl: string;
  /** Origin that browsers see, without a slash at its end. */
  readonly publicUrl: string;
  readonly allowedOrigins: readonly string[];
  /** Names of request headers that other origins may send beside `Content-Type`. */
  readonly allowedHeaders: readonly string[];
  readonly mailFrom: string | undefined;
  /** Name of the function that does mail jobs, in a deployed stage. */
  readonly mailFunction: string;
  readonly requireVerifiedEmail: boolean;
  readonly activityDays: number;
  readonly rateLimitFactor: number;
  readonly logLevel: 'ERROR' | 'WARN' | 'INFO' | 'DEBUG';
}

/** Thrown by {@link readEnvironment}: names every bad variable and never prints a value. */
export class ConfigError extends Error {
  readonly variables: readonly string[];

  constructor(faults: ReadonlyMap<string, string>) {
    const lines = [...faults].map(([name, message]) => `  ${name}: ${message}`);
    super(`Bad configuration. Set these environment variables and start again:\n${lines.join('\n')}`);
    this.name = 'ConfigError';
    this.variables = [...faults.keys()];
  }
}

const isOrigin = (value: string) => {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return /^https?:$/.test(url.protocol) && (value === url.origin || value === `${url.origin}/`);
};

const secretsMessage = 'comma-separated secrets, newest first, each of at least 32 characters';
const uriMessage = 'a MongoDB connection string (mongodb:// or mongodb+srv://)';
const nameMessage = 'a name of letters, digits, "_" and "-", at most 60 characters';
const originMessage = 'an origin such as https://example.com, without a path';

const headersMessage =
  'names of headers that pages may send, such as traceparent; neither * nor a name that browsers keep to themselves';

const variables = {
  MONGODB_URI: needed(uriMessage, trimmed),
  MONGODB_DB: optional('session_auth', matching(/^[\w-]{1,60}$/, nameMessage)),
  SESSION_COLLECTION: optional('sessions', matching(/^(?!system\.)[A-Za-z_][\w.-]{0,59}$/, nameMessage)),
  MONGODB_MAX_POOL_SIZE: whole(1, 1000, 5),
  SESSION_SECRETS: needed(secretsMessage, (text) => {
    const secrets = listOf(text);
    check(secrets.length > 0 && secrets.every((secret) => secret.length >= 32), secretsMessage);
    return secrets;
  }),
  SESSION_IDLE_SECONDS: whole(1, 31_536_000, 1_209_600),
  SESSION_ABSOLUTE_SECONDS: whole(1, 31_536_000, 2_592_000),
  SESSION_TOUCH_SECONDS: whole(0, 31_536_000, 3600),
  BCRYPT_COST: whole(10, 20, 12),
  PASSWORD_PEPPER: optional(undefined, String),
  PASSWORD_MIN_LENGTH: whole(8, 256, 15),
  PUBLIC_URL: optional('http://localhost:3000', (text) => where(isOrigin, originMessage)(text.trim())),
  ALLOWED_ORIGINS: optional<string[], string[]>([], (text) =>
    listOf(text).map(where(isOrigin, `each ${originMessage}`)),
  ),
  ALLOWED_HEADERS: optional<string[], string[]>([], (text) =>
    listOf(text).map(where(mayBeAllowed, headersMessage)),
  ),
  COOKIE_SAME_SITE: oneOf(['Strict', 'Lax', 'None'], 'Lax', 'Strict, Lax or None; unset means Lax'),
  STAGE: optional('dev', matching(/^[\w-]{1,60}$/, nameMessage)),
  MAIL_FROM: optional(undefined, trimmed),
  MAIL_FUNCTION: optional(undefined, matching(/^[\w:-]{1,170}$/, 'the name or ARN of a function')),
  REQUIRE_VERIFIED_EMAIL: flag,
  ACTIVITY_DAYS: whole(1, 3650, 90),
  PASSWORD_BREACH_CHECK: flag,
  PASSWORD_BREACH_URL: optional(
    'https://api.pwnedpasswords.com/range/',
    where((text) => /^https?:/.test(text) && URL.canParse(text), 'an http(s) URL'),
  ),
  RATE_LIMIT_FACTOR: numeric(
    /^\s*\d+(\.\d+)?\s*$/,
    [0.1, 1000],
    1,
    'a number from 0.1 to 1000; unset means 1',
  ),
  LOG_LEVEL: oneOf(
    ['ERROR', 'WARN', 'INFO', 'DEBUG'],
    'INFO',
    'ERROR, WARN, INFO or DEBUG; unset means INFO',
  ),
} satisfies Record<string, Read<unknown>>;

/** What no variable can say alone: rules between variables, and what a deployed stage needs. */
function crossFaults(present: Record<string, string>, deployed: boolean): [string, string][] {
  const { PUBLIC_URL, MAIL_FROM, COOKIE_SAME_SITE, ALLOWED_ORIGINS } = present;
  const faults: [string, string][] = [];
  if (deployed && !PUBLIC_URL?.startsWith('https:'))
    faults.push(['PUBLIC_URL', 'needed in a deployed stage: an https origin such as https://example.com']);
  if (deployed && !MAIL_FROM)
    faults.push(['MAIL_FROM', 'needed in a deployed stage: the sender of every mail']);
  if (COOKIE_SAME_SITE === 'None' && (!deployed || !ALLOWED_ORIGINS))
    faults.push(['COOKIE_SAME_SITE', 'None needs a deployed stage and ALLOWED_ORIGINS']);
  return faults;
}

/**
 * Reads the whole environment into one frozen {@link Config}; an empty value counts as unset.
 *
 * @param isConnectionString what the driver says of a connection string. It is passed in so that a function that
 * opens no connection need not carry the driver; the others call `readConfig` of config.ts.
 * @throws {ConfigError} one error that names every missing or bad variable and prints no value.
 */
export function readEnvironment(
  environment: NodeJS.ProcessEnv,
  isConnectionString: (uri: string) => boolean,
): Config {
  const present: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) if (value?.trim()) present[name] = value;
  const stage = present.STAGE?.trim() || 'dev';
  const deployed = stage !== 'dev' && stage !== 'test';
  const { values, faults } = readVariables(variables, present);
  for (const [name, message] of crossFaults(present, deployed))
    if (!faults.has(name)) faults.set(name, message);
  if (present.MONGODB_URI && !isConnectionString(present.MONGODB_URI.trim()))
    faults.set('MONGODB_URI', uriMessage);
  if (faults.size > 0) throw new ConfigError(faults);
  return Object.freeze(toConfig(values, deployed));
}

function toConfig(env: Values<typeof variables>, deployed: boolean): Config {
  return {
    stage: env.STAGE,
    deployed,
    mongodbUri: env.MONGODB_URI,
    mongodbDatabase: env.MONGODB_DB,
    mongodbMaxPoolSize: env.MONGODB_MAX_POOL_SIZE,
    sessionCollection: env.SESSION_COLLECTION,
    sessionSecrets: Object.freeze(env.SESSION_SECRETS),
    sessionIdleSeconds: env.SESSION_IDLE_SECONDS,
    sessionAbsoluteSeconds: env.SESSION_ABSOLUTE_SECONDS,
    sessionTouchSeconds: env.SESSION_TOUCH_SECONDS,
    cookieName: deployed ? '__Host-session' : 'session',
    cookieSameSite: env.COOKIE_SAME_SITE.toLowerCase() as SameSite,
    bcryptCost: env.BCRYPT_COST,
    passwordPepper: env.PASSWORD_PEPPER,
    passwordMinLength: env.PASSWORD_MIN_LENGTH,
    passwordBreachCheck: env.PASSWORD_BREACH_CHECK,
    passwordBreachUrl: env.PASSWORD_BREACH_URL,
    publicUrl: env.PUBLIC_URL.replace(/\/$/, ''),
    allowedOrigins: Object.freeze(env.ALLOWED_ORIGINS.map((origin) => origin.replace(/\/$/, ''))),
    allowedHeaders: Object.freeze(env.ALLOWED_HEADERS),
    mailFrom: env.MAIL_FROM,
    // As serverless.yml names it.
    mailFunction: env.MAIL_FUNCTION ?? `session-auth-${env.STAGE}-mail`,
    requireVerifiedEmail: env.REQUIRE_VERIFIED_EMAIL,
    activityDays: env.ACTIVITY_DAYS,
    rateLimitFactor: env.RATE_LIMIT_FACTOR,
    logLevel: env.LOG_LEVEL,
  };
}
