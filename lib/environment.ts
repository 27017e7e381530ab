import * as z from 'zod/mini';

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

const trimmed = (message: string) => z.string({ error: message }).check(z.trim(), z.minLength(1, message));

const whole = (least: number, most: number, fallback: number) => {
  const message = `a whole number from ${least} to ${most}; unset means ${fallback}`;
  return z._default(
    z.pipe(
      z.string().check(z.regex(/^\s*\d{1,12}\s*$/, message)),
      z.pipe(z.transform(Number), z.number().check(z.gte(least, message), z.lte(most, message))),
    ),
    fallback,
  );
};

const flag = z._default(
  z.pipe(
    z.enum(['true', 'false'], { error: 'true or false; unset means false' }),
    z.transform((v) => v === 'true'),
  ),
  false,
);

const isOrigin = (value: string) => {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return /^https?:$/.test(url.protocol) && (value === url.origin || value === `${url.origin}/`);
};

const list = z.transform((value: string) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

const secretsMessage = 'comma-separated secrets, newest first, each of at least 32 characters';
const uriMessage = 'a MongoDB connection string (mongodb:// or mongodb+srv://)';
const nameMessage = 'a name of letters, digits, "_" and "-", at most 60 characters';
const originMessage = 'an origin such as https://example.com, without a path';
const collectionName = (fallback: string) =>
  z._default(z.string().check(z.regex(/^(?!system\.)[A-Za-z_][\w.-]{0,59}$/, nameMessage)), fallback);

const factorMessage = 'a number from 0.1 to 1000; unset means 1';

const schema = z.object({
  MONGODB_URI: trimmed(uriMessage),
  MONGODB_DB: z._default(z.string().check(z.regex(/^[\w-]{1,60}$/, nameMessage)), 'session_auth'),
  SESSION_COLLECTION: collectionName('sessions'),
  MONGODB_MAX_POOL_SIZE: whole(1, 1000, 5),
  SESSION_SECRETS: z.pipe(
    z.pipe(trimmed(secretsMessage), list),
    z.array(z.string().check(z.minLength(32, secretsMessage))).check(z.minLength(1, secretsMessage)),
  ),
  SESSION_IDLE_SECONDS: whole(1, 31_536_000, 1_209_600),
  SESSION_ABSOLUTE_SECONDS: whole(1, 31_536_000, 2_592_000),
  SESSION_TOUCH_SECONDS: whole(0, 31_536_000, 3600),
  BCRYPT_COST: whole(10, 20, 12),
  PASSWORD_PEPPER: z.optional(z.string()),
  PASSWORD_MIN_LENGTH: whole(8, 256, 15),
  PUBLIC_URL: z.optional(trimmed(originMessage).check(z.refine(isOrigin, originMessage))),
  ALLOWED_ORIGINS: z._default(
    z.pipe(z.pipe(z.string(), list), z.array(z.string().check(z.refine(isOrigin, `each ${originMessage}`)))),
    [],
  ),
  COOKIE_SAME_SITE: z._default(
    z.enum(['Strict', 'Lax', 'None'], { error: 'Strict, Lax or None; unset means Lax' }),
    'Lax',
  ),
  STAGE: z._default(z.string().check(z.regex(/^[\w-]{1,60}$/, nameMessage)), 'dev'),
  MAIL_FROM: z.optional(trimmed('the sender of every mail, such as "Example <no-reply@example.com>"')),
  MAIL_FUNCTION: z.optional(z.string().check(z.regex(/^[\w:-]{1,170}$/, 'the name or ARN of a function'))),
  REQUIRE_VERIFIED_EMAIL: flag,
  ACTIVITY_DAYS: whole(1, 3650, 90),
  PASSWORD_BREACH_CHECK: flag,
  PASSWORD_BREACH_URL: z._default(
    z.string().check(z.refine((url) => /^https?:/.test(url) && URL.canParse(url), 'an http(s) URL')),
    'https://api.pwnedpasswords.com/range/',
  ),
  RATE_LIMIT_FACTOR: z._default(
    z.pipe(
      z.string().check(z.regex(/^\s*\d+(\.\d+)?\s*$/, factorMessage)),
      z.pipe(z.transform(Number), z.number().check(z.gte(0.1, factorMessage), z.lte(1000, factorMessage))),
    ),
    1,
  ),
  LOG_LEVEL: z._default(
    z.enum(['ERROR', 'WARN', 'INFO', 'DEBUG'], { error: 'ERROR, WARN, INFO or DEBUG; unset means INFO' }),
    'INFO',
  ),
});

type Environment = z.infer<typeof schema>;

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

/** The message for the first fault of each variable, never with the value in it. */
function faultsOf(issues: readonly { path: readonly PropertyKey[]; message: string }[]): Map<string, string> {
  const faults = new Map<string, string>();
  for (const issue of issues) {
    const name = String(issue.path[0]);
    if (!faults.has(name)) faults.set(name, issue.message);
  }
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
  const parsed = schema.safeParse(present);
  const faults = faultsOf(parsed.error?.issues ?? []);
  for (const [name, message] of crossFaults(present, deployed))
    if (!faults.has(name)) faults.set(name, message);
  if (present.MONGODB_URI && !isConnectionString(present.MONGODB_URI.trim()))
    faults.set('MONGODB_URI', uriMessage);
  if (!parsed.success || faults.size > 0) throw new ConfigError(faults);
  return Object.freeze(toConfig(parsed.data, deployed));
}

function toConfig(env: Environment, deployed: boolean): Config {
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
    publicUrl: (env.PUBLIC_URL ?? 'http://localhost:3000').replace(/\/$/, ''),
    allowedOrigins: Object.freeze(env.ALLOWED_ORIGINS.map((origin) => origin.replace(/\/$/, ''))),
    mailFrom: env.MAIL_FROM,
    // As serverless.yml names it.
    mailFunction: env.MAIL_FUNCTION ?? `session-auth-${env.STAGE}-mail`,
    requireVerifiedEmail: env.REQUIRE_VERIFIED_EMAIL,
    activityDays: env.ACTIVITY_DAYS,
    rateLimitFactor: env.RATE_LIMIT_FACTOR,
    logLevel: env.LOG_LEVEL,
  };
}
