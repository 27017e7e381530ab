import { describe, expect, it } from 'vitest';
import { type Config, ConfigError, readConfig } from '../../lib/store/read-config.ts';

const needed = {
  STAGE: 'dev',
  MONGODB_URI: 'mongodb://localhost:27017',
  SESSION_SECRETS: 'a secret of at least 32 characters',
};
const deployed = {
  ...needed,
  STAGE: 'prod',
  PUBLIC_URL: 'https://example.com',
  MAIL_FROM: 'Example <no-reply@example.com>',
};

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

describe('the environment', () => {
  it('needs three variables, and has the documented defaults for all others', () => {
    expect(readConfig(needed)).toMatchObject({
      stage: 'dev',
      deployed: false,
      mongodbUri: needed.MONGODB_URI,
      mongodbDatabase: 'session_auth',
      mongodbMaxPoolSize: 5,
      sessionCollection: 'sessions',
      sessionSecrets: [needed.SESSION_SECRETS],
      sessionIdleSeconds: 14 * 24 * 3600,
      sessionAbsoluteSeconds: 30 * 24 * 3600,
      sessionTouchSeconds: 3600,
      cookieName: 'session_auth',
      cookieSameSite: 'lax',
      bcryptCost: 12,
      passwordPepper: undefined,
      passwordMinLength: 15,
      passwordBreachCheck: false,
      passwordBreachUrl: 'https://api.pwnedpasswords.com/range/',
      publicUrl: 'http://localhost:3000',
      appName: 'localhost:3000',
      allowedOrigins: [],
      originSecrets: [],
      clientAddressHeader: undefined,
      mailFrom: undefined,
      smtpServer: undefined,
      requireVerifiedEmail: false,
      emailCode: false,
      adminSecondFactor: false,
      activityDays: 90,
      eventBus: undefined,
      rateLimitFactor: 1,
      logLevel: 'INFO',
    } satisfies Partial<Config>);
  });

  it('takes each variable as it is documented', () => {
    const config = readConfig({
      STAGE: 'staging',
      MONGODB_URI: ' mongodb+srv://user:word@cluster.example.com/?retryWrites=true ',
      MONGODB_DB: 'other',
      SESSION_COLLECTION: 'my.sessions',
      MONGODB_MAX_POOL_SIZE: '9',
      SESSION_SECRETS: `${'n'.repeat(32)}, ${'o'.repeat(40)}`,
      SESSION_IDLE_SECONDS: '60',
      SESSION_ABSOLUTE_SECONDS: '600',
      SESSION_TOUCH_SECONDS: '0',
      BCRYPT_COST: '10',
      PASSWORD_PEPPER: 'a pepper',
      PASSWORD_MIN_LENGTH: '8',
      PUBLIC_URL: 'https://app.example.com/',
      APP_NAME: ' Grüße & Söhne ',
      ALLOWED_ORIGINS: 'https://a.example.com, https://b.example.com:8443/',
      ALLOWED_HEADERS: 'traceparent, X-My_Own.Header',
      COOKIE_SAME_SITE: 'None',
      ORIGIN_SECRET: ` ${'n'.repeat(16)}, ${'o'.repeat(40)}`,
      CLIENT_ADDRESS_HEADER: ' CloudFront-Viewer-Address ',
      MAIL_FROM: 'no-reply@example.com',
      SMTP_URL: ' smtp://me%40example.com:p%40ss%3A@mail.example.com:2525/ ',
      REQUIRE_VERIFIED_EMAIL: 'true',
      ADMIN_SECOND_FACTOR: 'true',
      EMAIL_CODE: 'true',
      ACTIVITY_DAYS: '7',
      PASSWORD_BREACH_CHECK: 'true',
      PASSWORD_BREACH_URL: 'https://localhost:9999/range/',
      RATE_LIMIT_FACTOR: '0.5',
      LOG_LEVEL: 'DEBUG',
      METRICS: 'functions',
    });

    expect(config).toMatchObject({
      stage: 'staging',
      deployed: true,
      mongodbUri: 'mongodb+srv://user:word@cluster.example.com/?retryWrites=true',
      mongodbDatabase: 'other',
      mongodbMaxPoolSize: 9,
      sessionCollection: 'my.sessions',
      sessionSecrets: ['n'.repeat(32), 'o'.repeat(40)],
      sessionIdleSeconds: 60,
      sessionAbsoluteSeconds: 600,
      sessionTouchSeconds: 0,
      cookieName: '__Host-session',
      cookieSameSite: 'none',
      bcryptCost: 10,
      passwordPepper: 'a pepper',
      passwordMinLength: 8,
      passwordBreachCheck: true,
      passwordBreachUrl: 'https://localhost:9999/range/',
      publicUrl: 'https://app.example.com',
      appName: 'Grüße & Söhne',
      allowedOrigins: ['https://a.example.com', 'https://b.example.com:8443'],
      allowedHeaders: ['traceparent', 'X-My_Own.Header'],
      originSecrets: ['n'.repeat(16), 'o'.repeat(40)],
      clientAddressHeader: 'cloudfront-viewer-address',
      mailFrom: 'no-reply@example.com',
      smtpServer: {
        host: 'mail.example.com',
        port: 2525,
        secure: false,
        requireTls: true,
        login: { user: 'me@example.com', password: 'p@ss:' },
      },
      requireVerifiedEmail: true,
      emailCode: true,
      adminSecondFactor: true,
      activityDays: 7,
      rateLimitFactor: 0.5,
      logLevel: 'DEBUG',
    } satisfies Partial<Config>);
  });

  it('takes an empty variable for one that is not set', () => {
    const names = Object.keys(process.env).concat(everyName);
    const empty = Object.fromEntries(names.map((name) => [name, '  ']));

    expect(readConfig({ ...empty, ...needed })).toEqual(readConfig(needed));
    expect(errorOf(empty).variables).toEqual(['STAGE', 'MONGODB_URI', 'SESSION_SECRETS']);
  });

  it('gives a configuration that nobody can change', () => {
    const config = readConfig({ ...needed, ALLOWED_ORIGINS: 'https://a.example.com' });

    expect(() => Object.assign(config, { stage: 'prod' })).toThrow(TypeError);
    expect(() => (config.sessionSecrets as string[]).push('another')).toThrow(TypeError);
    expect(() => (config.allowedOrigins as string[]).pop()).toThrow(TypeError);
    expect(() => (config.originSecrets as string[]).push('another')).toThrow(TypeError);
  });
});

const everyName = [
  'MONGODB_URI',
  'MONGODB_DB',
  'SESSION_COLLECTION',
  'MONGODB_MAX_POOL_SIZE',
  'SESSION_SECRETS',
  'SESSION_IDLE_SECONDS',
  'SESSION_ABSOLUTE_SECONDS',
  'SESSION_TOUCH_SECONDS',
  'BCRYPT_COST',
  'PASSWORD_PEPPER',
  'PASSWORD_MIN_LENGTH',
  'PUBLIC_URL',
  'APP_NAME',
  'ALLOWED_ORIGINS',
  'ALLOWED_HEADERS',
  'COOKIE_SAME_SITE',
  'ORIGIN_SECRET',
  'CLIENT_ADDRESS_HEADER',
  'STAGE',
  'MAIL_FROM',
  'SMTP_URL',
  'REQUIRE_VERIFIED_EMAIL',
  'ADMIN_SECOND_FACTOR',
  'EMAIL_CODE',
  'ACTIVITY_DAYS',
  'PASSWORD_BREACH_CHECK',
  'PASSWORD_BREACH_URL',
  'RATE_LIMIT_FACTOR',
  'LOG_LEVEL',
  'METRICS',
];

const notWhole = ['-1', '1.5', 'many', '1e3', '0x10', '99999999999999', 'NaN', 'Infinity'];
const bad: [name: string, values: string[]][] = [
  [
    'MONGODB_URI',
    [
      'localhost:27017',
      'http://localhost',
      'mongodb:///nowhere',
      'mongodb://h/?nonsense=1',
      'mongodb://a:b:c@h',
    ],
  ],
  ['MONGODB_DB', ['a b', 'a/b', 'a.b', 'a$b', 'x'.repeat(61)]],
  ['SESSION_COLLECTION', ['system.users', 'a$b', '.a', '1a', 'x'.repeat(61)]],
  ['MONGODB_MAX_POOL_SIZE', [...notWhole, '0', '1001']],
  ['SESSION_SECRETS', ['x'.repeat(31), `${'x'.repeat(32)},short`, ' , ']],
  ['SESSION_IDLE_SECONDS', [...notWhole, '0']],
  ['SESSION_ABSOLUTE_SECONDS', [...notWhole, '0']],
  ['SESSION_TOUCH_SECONDS', notWhole],
  ['BCRYPT_COST', [...notWhole, '9', '21']],
  ['PASSWORD_MIN_LENGTH', [...notWhole, '7', '257']],
  ['PUBLIC_URL', ['shop.test', 'https://shop.test/path', 'ftp://shop.test', 'https://a.com?b', '*']],
  [
    'ALLOWED_ORIGINS',
    [
      '*',
      'null',
      'https://a.com,http://b.com',
      'http://localhost:3000',
      'https://a.com/path',
      'https://a.com,b.com',
      'https://*.a.com/x',
    ],
  ],
  [
    'ALLOWED_HEADERS',
    [
      ...[
        '*',
        'traceparent,*',
        'a b',
        'a:b',
        'x\r\ny',
        'é',
        '"x"',
        'Cookie',
        'ORIGIN',
        'host',
        'Content-Length',
      ],
      ...['Sec-Fetch-Site', 'Proxy-Authorization', 'Access-Control-Request-Method', 'traceparent,Set-Cookie'],
    ],
  ],
  [
    'ORIGIN_SECRET',
    [
      'x'.repeat(15),
      `${'x'.repeat(16)},too-short`,
      ' , ',
      `${'x'.repeat(20)} and more`,
      'é'.repeat(20),
      'a\nb'.repeat(9),
    ],
  ],
  [
    'CLIENT_ADDRESS_HEADER',
    [
      ...['X-Real-IP:', 'X Real IP', 'x\r\ny', 'é', '*', '-x', 'x'.repeat(65), 'a,b'],
      ...['X-Forwarded-For', 'forwarded', 'X-Origin-Verify'],
    ],
  ],
  ['COOKIE_SAME_SITE', ['lax', 'none', 'Off']],
  ['STAGE', ['pro d', 'prod ', ' prod', 'a/b', 'x'.repeat(61), 'Dev', 'DEV', 'dev ', 'Test', 'tesT']],
  ['REQUIRE_VERIFIED_EMAIL', ['yes', '1', 'TRUE']],
  ['ADMIN_SECOND_FACTOR', ['yes', 'on', 'True']],
  ['EMAIL_CODE', ['yes', 'on', 'True']],
  ['ACTIVITY_DAYS', [...notWhole, '0', '3651']],
  ['PASSWORD_BREACH_CHECK', ['on', '0']],
  [
    'PASSWORD_BREACH_URL',
    ['ftp://example.com', 'range', 'http://range.test/', 'https://me:pass@range.test/'],
  ],
  ['RATE_LIMIT_FACTOR', ['0', '0.09', '1001', '-1', 'twice', '1e3']],
  [
    'EVENT_BUS',
    ['a bus', 'arn:aws:sqs:eu-central-1:123456789012:queue', 'https://example.com', 'a'.repeat(257)],
  ],
  ['MAIL_FROM', ['Example', 'a@x.test, b@x.test', 'a@x.test\nBcc: b@x.test']],
  [
    'SMTP_URL',
    [
      ...['mail.example.com:587', 'https://mail.example.com', 'smtp:mail.example.com', 'smtp://:587'],
      ...['smtp://mail.example.com:0', 'smtp://mail.example.com:65536', 'smtp://mail.example.com:many'],
      ...[
        'smtp://user@mail.example.com',
        'smtp://:hunter22@mail.example.com',
        'smtp://a:p/w@mail.example.com',
      ],
      ...[
        'smtp://a:p?w@mail.example.com',
        'smtp://a:p#w@mail.example.com',
        'smtp://a:p%zzw@mail.example.com',
      ],
      ...[
        'smtp://a:p%ff@mail.example.com',
        'smtp://a:p%00w@mail.example.com',
        'smtp://a:p%0d%0aw@mail.example.com',
      ],
      ...['smtp://mail.example.com/path', 'smtp://mail.example.com?tls.rejectUnauthorized=false'],
      ...['smtp://mail_example.com', 'smtp://mail.example.com%0d%0a', 'smtp://b\u00fccher.example'],
    ],
  ],
  [
    'APP_NAME',
    ['a\nb', 'a\r\nBcc: b@x.test', 'a\u2028b', 'a\0b', '\u200b\u3164', 'a\u202eb', '\ud800', 'x'.repeat(61)],
  ],
  ['LOG_LEVEL', ['info', 'TRACE']],
  ['METRICS', ['on', 'true', 'Routes']],
];

describe('METRICS', () => {
  const read = (environment: NodeJS.ProcessEnv) => readConfig(environment).metrics;

  it('is on in a deployed stage, with its routes, and says which function it is', () => {
    expect(read(deployed)).toEqual({
      namespace: `session-auth/${deployed.STAGE}`,
      functionName: 'local',
      byRoute: true,
    });
    expect(read({ ...deployed, AWS_LAMBDA_FUNCTION_NAME: 'my-own-name-auth' })?.functionName).toBe('auth');
    expect(read({ ...deployed, METRICS: 'functions' })?.byRoute).toBe(false);
    expect(read({ ...deployed, METRICS: 'off' })).toBeUndefined();
  });

  it('is off where the lines that carry them are not written, and refused there where it is asked for', () => {
    expect(read({ ...deployed, LOG_LEVEL: 'WARN' })).toBeUndefined();
    expect(() => read({ ...deployed, LOG_LEVEL: 'ERROR', METRICS: 'routes' })).toThrow(/METRICS: off, or/);
  });
});

describe('SMTP_URL', () => {
  const read = (SMTP_URL: string) => readConfig({ ...deployed, SMTP_URL }).smtpServer;

  it.each([
    ['smtp://mail.example.com', { port: 587, secure: false, requireTls: true, login: undefined }],
    ['smtps://mail.example.com', { port: 465, secure: true, requireTls: false }],
    ['SMTPS://a:b@mail.example.com:2465', { port: 2465, secure: true }],
    ['smtp://[2001:db8::1]:25', { host: '2001:db8::1', port: 25, requireTls: true }],
  ])('%s names the ports of submission, and never goes without TLS', (url, server) => {
    expect(read(url)).toMatchObject(server);
  });

  it.each(['localhost', '127.0.0.1', '127.8.8.8', '[::1]'])(
    'may do without on this machine, %s, but for a login',
    (host) => {
      expect(read(`smtp://${host}:1025`)).toMatchObject({ secure: false, requireTls: false });
      expect(read(`smtp://a:b@${host}:1025`)).toMatchObject({ secure: false, requireTls: true });
    },
  );

  it.each(['localhost.example.com', '127.0.0.1.example.com', '1127.0.0.1', '0.0.0.0'])(
    'knows that %s is elsewhere',
    (host) => {
      expect(read(`smtp://${host}`)).toMatchObject({ requireTls: true });
    },
  );
});

describe('the name of the sessions of a store in SQL', () => {
  const inSql = (name: string) => ({
    ...deployed,
    STORE: 'postgres',
    DATABASE_URL: 'postgres://a:b@c/d',
    SESSION_COLLECTION: name,
  });

  it.each(['sessions', 'shop_sessions', '_s2', 'order', 'x'.repeat(40)])('may be %s', (name) => {
    expect(readConfig(inSql(name)).sessionCollection).toBe(name);
  });

  it.each([
    ...['my.sessions', 'my-sessions', 'Sessions', '1a', 'a b', 'a"b', 'a`b', "a'b", 'é', 'a;b', 'a$b'],
    ...['x'.repeat(41), 'pg_class', 'sqlite_master'],
    ...['users', 'tokens', 'sign_ups', 'limits', 'identities', 'schema_migrations', 'copy_mark'],
  ])('is refused at the start where no table may have it: %s', (name) => {
    const error = errorOf(inSql(name));

    expect(error.variables).toEqual(['SESSION_COLLECTION']);
    expect(error.message).toContain('SESSION_COLLECTION: a table of its own: ');
  });
});

describe('a bad value', () => {
  it.each(bad)('of %s stops the start, and is not printed', (name, values) => {
    for (const value of values) {
      const error = errorOf({ ...deployed, [name]: value });

      expect(error.variables, `${name}=${value}`).toEqual([name]);
      expect(error.message).toContain(`${name}: `);
      if (value.length > 5) expect(`${error.message}${error.stack}`).not.toContain(value);
    }
  });

  it('is named together with every other bad one, in one message', () => {
    const everyBad = Object.fromEntries(bad.map(([name, values]) => [name, values[0]]));

    const error = errorOf({ ...everyBad, STAGE: 'prod' });

    const names = bad.map(([name]) => name).filter((name) => name !== 'STAGE');
    expect([...error.variables].sort()).toEqual([...names].sort());
    for (const name of error.variables) expect(error.message).toContain(`\n  ${name}: `);
  });

  it('that is a secret is not printed, neither by the error nor by what printing it shows', () => {
    const secrets = ['mongodb://root:hunter22@h/?nonsense=1', 'too-short-a-secret'];

    const error = errorOf({ MONGODB_URI: secrets[0], SESSION_SECRETS: secrets[1] });

    const printed = [error.message, error.stack, JSON.stringify(error), String(error.cause)].join('\n');
    for (const secret of [...secrets, 'hunter22']) expect(printed).not.toContain(secret);
  });

  it('beside which three variables are missing is named with them', () => {
    expect(errorOf({ BCRYPT_COST: '9' }).variables).toEqual([
      'STAGE',
      'MONGODB_URI',
      'SESSION_SECRETS',
      'BCRYPT_COST',
    ]);
  });

  it('PS: is a bcrypt cost under 10, and NIST’s and ASVS’s floor of 8 for the length of passwords', () => {
    expect(errorOf({ ...needed, BCRYPT_COST: '9', PASSWORD_MIN_LENGTH: '7' }).variables).toEqual([
      'BCRYPT_COST',
      'PASSWORD_MIN_LENGTH',
    ]);
    expect(readConfig({ ...needed, BCRYPT_COST: '10', PASSWORD_MIN_LENGTH: '8' })).toMatchObject({
      bcryptCost: 10,
      passwordMinLength: 8,
    });
  });
});

describe('the CDN in front', () => {
  const secret = { ORIGIN_SECRET: 'a-secret-of-the-cdn' };

  it.each(['CloudFront-Viewer-Address', 'CF-Connecting-IP', 'True-Client-IP', 'x-real-ip', 'X_Own'])(
    'may name callers in %s, where it shows a secret',
    (CLIENT_ADDRESS_HEADER) => {
      const config = readConfig({ ...deployed, ...secret, CLIENT_ADDRESS_HEADER });

      expect(config.clientAddressHeader).toBe(CLIENT_ADDRESS_HEADER.toLowerCase());
      const error = errorOf({ ...deployed, CLIENT_ADDRESS_HEADER });
      expect(error.variables).toEqual(['CLIENT_ADDRESS_HEADER']);
      expect(error.message).toContain('needs ORIGIN_SECRET');
    },
  );

  it('cannot name them in a list that callers begin, nor in the header of the secret', () => {
    for (const CLIENT_ADDRESS_HEADER of ['X-Forwarded-For', 'Forwarded', 'X-Origin-Verify'])
      expect(errorOf({ ...deployed, ...secret, CLIENT_ADDRESS_HEADER }).variables).toEqual([
        'CLIENT_ADDRESS_HEADER',
      ]);
  });

  it('is all that the authorizer is told of it', () => {
    const { originSecrets, ...others } = readConfig(
      { ...deployed, ...secret },
      ...(['database', 'sessions', 'origin'] as const),
    );

    expect(originSecrets).toEqual([secret.ORIGIN_SECRET]);
    expect(others).not.toHaveProperty('clientAddressHeader');
  });
});

describe('COOKIE_DOMAIN', () => {
  const at = (host: string, COOKIE_DOMAIN: string) => ({
    ...deployed,
    PUBLIC_URL: `https://${host}`,
    COOKIE_DOMAIN,
  });

  it.each([
    ['auth.example.com', 'example.com', 'example.com'],
    ['auth.example.com', 'auth.example.com', 'auth.example.com'],
    ['a.b.example.com:8443', ' Example.COM ', 'example.com'],
    ['auth.xn--mller-kva.example', 'müller.example', 'xn--mller-kva.example'],
  ])('of %s may be "%s"', (host, text, domain) => {
    const config = readConfig(at(host, text));

    expect([config.cookieDomain, config.cookieName]).toEqual([domain, '__Secure-session']);
  });

  it.each([
    ['auth.example.com', 'com', 'two labels'],
    ['auth.example.com', 'example.org', 'PUBLIC_URL'],
    ['auth.example.com', 'ample.com', 'PUBLIC_URL'],
    ['example.com', 'auth.example.com', 'PUBLIC_URL'],
    ['auth.example.com', '.example.com', 'without'],
    ['auth.example.com', 'https://example.com', 'without'],
    ['auth.example.com', 'example.com:443', 'without'],
    ['auth.example.com', 'example.com; Secure', 'without'],
    ['192.0.2.7', '192.0.2.7', 'IP'],
    ['192.0.2.7', '0.2.7', 'IP'],
    ['x1.execute-api.eu-west-1.amazonaws.com', 'amazonaws.com', 'of your own'],
    ['d1.cloudfront.net', 'cloudfront.net', 'of your own'],
  ])('of %s cannot be "%s"', (host, text, why) => {
    const error = errorOf(at(host, text));

    expect(error.variables).toEqual(['COOKIE_DOMAIN']);
    expect(error.message).toContain(why);
  });

  it('on one machine is at or above localhost, which cannot be, unless PUBLIC_URL says another', () => {
    expect(errorOf({ ...needed, COOKIE_DOMAIN: 'example.test' }).variables).toEqual(['COOKIE_DOMAIN']);
    const PUBLIC_URL = 'http://auth.example.test:3000';
    const config = readConfig({ ...needed, PUBLIC_URL, COOKIE_DOMAIN: 'example.test' });
    expect([config.cookieName, config.cookieDomain]).toEqual(['session_auth', 'example.test']);
  });

  it('is taken as it is by a function that is given no PUBLIC_URL', () => {
    const { PUBLIC_URL: _none, ...others } = deployed;
    const config = readConfig({ ...others, COOKIE_DOMAIN: 'example.com' }, 'database', 'sessions');

    expect([config.cookieName, config.cookieDomain]).toEqual(['__Secure-session', 'example.com']);
  });
});

describe('a deployed stage', () => {
  it.each([
    ['session-auth-prod-auth', 'session-auth-prod-mail'],
    ['accounts-of-mine-prod-pages', 'accounts-of-mine-prod-mail'],
    [undefined, 'session-auth-prod-mail'],
  ])('hands the mails of %s to %s', (AWS_LAMBDA_FUNCTION_NAME, mailFunction) => {
    const config = readConfig({ ...deployed, ...(AWS_LAMBDA_FUNCTION_NAME && { AWS_LAMBDA_FUNCTION_NAME }) });

    expect(config.mailFunction).toBe(mailFunction);
  });

  it.each([
    ['$LATEST', 'session-auth-prod-mail'],
    ['12', 'session-auth-prod-mail:live'],
  ])('hands the mails of version %s to %s', (AWS_LAMBDA_FUNCTION_VERSION, mailFunction) => {
    const AWS_LAMBDA_FUNCTION_NAME = 'session-auth-prod-auth';

    const config = readConfig({ ...deployed, AWS_LAMBDA_FUNCTION_NAME, AWS_LAMBDA_FUNCTION_VERSION });

    expect(config.mailFunction).toBe(mailFunction);
  });

  it('is every stage but dev and test, and has the stricter cookie', () => {
    for (const STAGE of ['dev', 'test'])
      expect(readConfig({ ...needed, STAGE })).toMatchObject({ deployed: false, cookieName: 'session_auth' });
    for (const STAGE of ['prod', 'development', 'tests', 'dev-2'])
      expect(readConfig({ ...deployed, STAGE })).toMatchObject({
        deployed: true,
        cookieName: '__Host-session',
      });
  });

  it('needs an https address of its own and a sender of its mails', () => {
    expect(errorOf({ ...needed, STAGE: 'prod' }).variables).toEqual(['PUBLIC_URL', 'MAIL_FROM']);
    expect(errorOf({ ...deployed, PUBLIC_URL: 'http://example.com' }).variables).toEqual(['PUBLIC_URL']);
  });

  it('may have pages on another site send the cookie, where it names them', () => {
    const ALLOWED_ORIGINS = 'https://a.example.com';

    const config = readConfig({ ...deployed, COOKIE_SAME_SITE: 'None', ALLOWED_ORIGINS });

    expect(config.cookieSameSite).toBe('none');
    expect(errorOf({ ...deployed, COOKIE_SAME_SITE: 'None' }).variables).toEqual(['COOKIE_SAME_SITE']);
    expect(errorOf({ ...needed, COOKIE_SAME_SITE: 'None', ALLOWED_ORIGINS }).variables).toEqual([
      'COOKIE_SAME_SITE',
    ]);
  });
});

describe('the store', () => {
  const kept = { STAGE: 'dev', SESSION_SECRETS: needed.SESSION_SECRETS };
  const urls = {
    postgres: 'postgres://someone:secret@db.example.com:5432/app',
    mysql: 'mysql://someone:secret@db.example.com/app',
    sqlite: 'sqlite:.data/kept.sqlite',
  };

  it.each(Object.entries(urls))(
    '%s is reached by DATABASE_URL, and no MONGODB_URI is looked at',
    (STORE, url) => {
      const config = readConfig({
        ...kept,
        STORE,
        DATABASE_URL: ` ${url} `,
        MONGODB_URI: 'mongodb://h/admin',
      });

      expect(config).toMatchObject({
        store: STORE,
        databaseUrl: url,
        mongodbUri: '',
        databaseMaxPoolSize: 5,
      });
      for (const DATABASE_URL of [undefined, '', 'mongodb://h', 'http://h', ...Object.values(urls)])
        if (DATABASE_URL !== url)
          expect(errorOf({ ...kept, STORE, DATABASE_URL }).variables).toEqual(['DATABASE_URL']);
    },
  );

  it('is MongoDB unless another is named, and looks at no DATABASE_URL then', () => {
    expect(readConfig({ ...needed, STORE: ' ', DATABASE_URL: 'anything' })).toMatchObject({
      store: 'mongodb',
      databaseUrl: '',
    });
    expect(errorOf({ ...needed, STORE: 'mongo' }).variables).toEqual(['STORE']);
  });

  it('is no file inside of Lambda', () => {
    const STORE = 'sqlite';
    const inside = {
      ...deployed,
      STORE,
      DATABASE_URL: urls.sqlite,
      AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
    };

    expect(errorOf(inside).variables).toEqual(['STORE']);
    expect(readConfig({ ...inside, AWS_LAMBDA_RUNTIME_API: undefined }).store).toBe('sqlite');
  });
});
