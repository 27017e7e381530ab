import type { Metrics } from './metrics.ts';
import type { ProviderSettings } from './provider-settings.ts';
import type { SmtpServer } from './smtp-settings.ts';
import type { StoreKind } from './store-kind.ts';

export type { StoreKind } from './store-kind.ts';

export type SameSite = 'strict' | 'lax' | 'none';

/** Everything the environment decides, read once when an instance starts. Units stand in the names. */
export interface Config {
  readonly stage: string;
  /** True in every stage but `dev` and `test`: cookies are `Secure`, the outbox is closed. */
  readonly deployed: boolean;
  /** Where everything is kept. */
  readonly store: StoreKind;
  /** Empty where another store is chosen, as is the URL below where MongoDB is. */
  readonly mongodbUri: string;
  readonly mongodbDatabase: string;
  readonly mongodbMaxPoolSize: number;
  /** Where sessions are, whose name is apart for those who share a database: a collection, or a table. */
  readonly sessionCollection: string;
  /** Of the stores in SQL: `postgres://…`, `mysql://…`, `sqlite:path`. */
  readonly databaseUrl: string;
  readonly databaseMaxPoolSize: number;
  /** Newest first: every one verifies, the first signs. */
  readonly sessionSecrets: readonly string[];
  readonly sessionIdleSeconds: number;
  readonly sessionAbsoluteSeconds: number;
  readonly sessionTouchSeconds: number;
  readonly cookieName: string;
  readonly cookieSameSite: SameSite;
  /** A domain at or above our host, on whose other hosts the session cookie is sent too. */
  readonly cookieDomain: string | undefined;
  readonly bcryptCost: number;
  readonly passwordPepper: string | undefined;
  readonly passwordMinLength: number;
  readonly passwordBreachCheck: boolean;
  readonly passwordBreachUrl: string;
  /** Origin that browsers see, without a slash at its end. */
  readonly publicUrl: string;
  /** What pages, mails and prompts call the service. */
  readonly appName: string;
  readonly allowedOrigins: readonly string[];
  /** Names of request headers that other origins may send beside `Content-Type`. */
  readonly allowedHeaders: readonly string[];
  /** What the CDN in front shows in `X-Origin-Verify`, newest first; empty where there is none. */
  readonly originSecrets: readonly string[];
  /** The header in which that CDN names the caller, in lower case. */
  readonly clientAddressHeader: string | undefined;
  /** Sender of every mail as a header field takes it, in ASCII. */
  readonly mailFrom: string | undefined;
  /** By which mail leaves in a deployed stage, in place of Amazon SES. */
  readonly smtpServer: SmtpServer | undefined;
  /** Name of the function that does jobs, in a deployed stage. */
  readonly mailFunction: string;
  readonly requireVerifiedEmail: boolean;
  /** Whether a code that is mailed signs in. */
  readonly emailCode: boolean;
  readonly activityDays: number;
  /** The EventBridge bus that what happens is put on, by its name or ARN. */
  readonly eventBus: string | undefined;
  /** Whether administrators must have proven a second factor. */
  readonly adminSecondFactor: boolean;
  readonly rateLimitFactor: number;
  /** Whom people can sign in by, in the order in which pages offer them. */
  readonly oidcProviders: readonly ProviderSettings[];
  readonly logLevel: 'ERROR' | 'WARN' | 'INFO' | 'DEBUG';
  /** Undefined where the log carries no metrics. */
  readonly metrics: Metrics | undefined;
}

/** What every function reads. */
const always = ['stage', 'deployed', 'cookieName', 'cookieDomain', 'logLevel', 'metrics'] as const;

/** What functions ask for beside that, by what they do. serverless.yml gives each function the same by the same names. */
const asked = {
  /** Answers browsers. */
  http: [
    ...(['publicUrl', 'appName', 'allowedOrigins', 'allowedHeaders', 'cookieSameSite'] as const),
    ...(['originSecrets', 'clientAddressHeader'] as const),
  ],
  /** Looks only at whether a request came by the CDN in front. */
  origin: ['originSecrets'],
  database: [
    ...(['store', 'mongodbUri', 'mongodbDatabase', 'mongodbMaxPoolSize', 'sessionCollection'] as const),
    ...(['databaseUrl', 'databaseMaxPoolSize'] as const),
  ],
  /** Knows who is signed in. */
  sessions: [
    ...(['sessionSecrets', 'sessionIdleSeconds', 'sessionAbsoluteSeconds', 'sessionTouchSeconds'] as const),
    'adminSecondFactor',
  ],
  /** Writes down what happens in accounts. */
  activity: ['activityDays', 'eventBus', 'mailFunction'],
  /** Signs people in, or keeps their accounts. */
  accounts: [
    ...(['bcryptCost', 'passwordPepper', 'passwordMinLength'] as const),
    ...(['passwordBreachCheck', 'passwordBreachUrl'] as const),
    ...(['requireVerifiedEmail', 'emailCode', 'rateLimitFactor', 'mailFunction'] as const),
    'oidcProviders',
  ],
  mail: ['publicUrl', 'appName', 'mailFrom', 'smtpServer', 'eventBus'],
  /** Describes the API, as it is with these settings. */
  description: ['passwordMinLength'],
} as const satisfies Record<string, readonly (keyof Config)[]>;

/** A part of the configuration that a function asks for. */
export type Need = keyof typeof asked;

/** The configuration of a function that asked for these parts. */
export type ConfigFor<N extends Need> = Pick<Config, (typeof always)[number] | (typeof asked)[N][number]>;

export const everyNeed = Object.keys(asked) as Need[];

/** What a function has in its configuration that asked for these parts. */
export const keysOf = (needs: readonly Need[]): (keyof Config)[] => [
  ...always,
  ...needs.flatMap((need) => asked[need]),
];
