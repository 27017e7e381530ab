import { expect, test } from 'vitest';
import { changesOf } from '../../lib/dev/deploy/changes.ts';
import { consequencesOf } from '../../lib/dev/deploy/consequences.ts';
import { stageEnvironment } from '../../lib/dev/deploy/stage-environment.ts';
import type { Service } from '../../lib/dev/service/service.ts';

const one = 'a secret of this test and of nothing else';
const another = 'one more secret of this test alone, of course'.replace(',', '');
const cdn = { old: 'what-the-cdn-showed-before', new: 'what-the-cdn-shows-now-on' };
const origins = { app: 'https://app.example.com', both: 'https://old.example.com,https://app.example.com' };
const providers = (...ids: string[]) =>
  JSON.stringify(ids.map((id) => ({ id, name: id, issuer: 'https://idp.test', clientId: id })));

const before = {
  STAGE: 'prod',
  STORE: 'mongodb',
  MONGODB_URI: 'mongodb+srv://me:old@db.example.com/app?retryWrites=true',
  SESSION_SECRETS: one,
  PASSWORD_PEPPER: 'pepper',
  PUBLIC_URL: 'https://auth.example.com',
  MAIL_FROM: 'a@example.com',
  OIDC_PROVIDERS: providers('acme'),
  OIDC_SECRET_ACME: 'secret',
};
const sql = { ...before, STORE: 'postgres', DATABASE_URL: 'postgres://me:old@db.example.com/app' };

test.each<[string, NodeJS.ProcessEnv, NodeJS.ProcessEnv?]>([
  ['STORE', { STORE: 'postgres', DATABASE_URL: sql.DATABASE_URL }],
  ['MONGODB_URI', { MONGODB_URI: 'mongodb+srv://me:old@other.example.com/app' }],
  ['MONGODB_URI', { MONGODB_URI: 'mongodb+srv://me:old@db.example.com/other' }],
  ['MONGODB_DB', { MONGODB_DB: 'other' }],
  ['DATABASE_URL', { DATABASE_URL: 'postgres://me:old@db.example.com/other' }, sql],
  ['SESSION_COLLECTION', { SESSION_COLLECTION: 'other' }],
  ['SESSION_SECRETS', { SESSION_SECRETS: another }],
  ['COOKIE_DOMAIN', { COOKIE_DOMAIN: 'example.com' }],
  ['COOKIE_SAME_SITE', { OIDC_PROVIDERS: '', COOKIE_SAME_SITE: 'Strict' }, { ...before, OIDC_PROVIDERS: '' }],
  ['SESSION_IDLE_SECONDS', { SESSION_IDLE_SECONDS: '3600' }],
  ['SESSION_ABSOLUTE_SECONDS', { SESSION_ABSOLUTE_SECONDS: '1209600' }],
  ['PASSWORD_PEPPER', { PASSWORD_PEPPER: 'salt' }],
  ['PASSWORD_PEPPER', { PASSWORD_PEPPER: '' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'https://www.example.com' }],
  ['OIDC_PROVIDERS', { OIDC_PROVIDERS: '' }],
  ['EMAIL_CODE', { EMAIL_CODE: 'false' }, { ...before, EMAIL_CODE: 'true' }],
  ['ORIGIN_SECRET', { ORIGIN_SECRET: cdn.new }, { ...before, ORIGIN_SECRET: cdn.old }],
  ['ORIGIN_SECRET', { ORIGIN_SECRET: cdn.new }],
  ['ALLOWED_ORIGINS', { ALLOWED_ORIGINS: origins.app }, { ...before, ALLOWED_ORIGINS: origins.both }],
  ['REQUIRE_VERIFIED_EMAIL', { REQUIRE_VERIFIED_EMAIL: 'true' }],
  ['ADMIN_SECOND_FACTOR', { ADMIN_SECOND_FACTOR: 'true' }, { ...before, ADMIN_SECOND_FACTOR: 'false' }],
])('a change of %s that keeps people out is asked about: %j', (name, change, was = before) => {
  const consequences = consequencesOf(was, { ...was, ...change });

  expect(consequences).toHaveLength(1);
  expect(consequences[0]).toContain(name);
});

test.each<[string, NodeJS.ProcessEnv, NodeJS.ProcessEnv?]>([
  ['a new secret before the old', { SESSION_SECRETS: `${another},${one}` }],
  ['another password of the database', { MONGODB_URI: before.MONGODB_URI.replace('old', 'new') }],
  ['another option', { MONGODB_URI: 'mongodb+srv://me:old@db.example.com/app?w=majority' }],
  ['another password of a store in SQL', { DATABASE_URL: sql.DATABASE_URL.replace('old', 'new') }, sql],
  ['sessions that live longer', { SESSION_ABSOLUTE_SECONDS: '5184000' }],
  ['a first pepper', {}, { ...before, PASSWORD_PEPPER: '' }],
  ['one more provider', { OIDC_PROVIDERS: providers('acme', 'more'), OIDC_SECRET_MORE: 'secret' }],
  [
    'a new secret of the CDN before the old',
    { ORIGIN_SECRET: `${cdn.new},${cdn.old}` },
    { ...before, ORIGIN_SECRET: cdn.old },
  ],
  ['mailed codes that sign in', { EMAIL_CODE: 'true' }],
  ['no secret of the CDN any more', { ORIGIN_SECRET: '' }, { ...before, ORIGIN_SECRET: cdn.old }],
  ['one more origin', { ALLOWED_ORIGINS: origins.both }, { ...before, ALLOWED_ORIGINS: origins.app }],
  [
    'addresses that need not be confirmed',
    { REQUIRE_VERIFIED_EMAIL: '' },
    { ...before, REQUIRE_VERIFIED_EMAIL: 'true' },
  ],
  ['another cost', { BCRYPT_COST: '13' }],
])('%s keeps nobody out', (_what, change, was = before) => {
  expect(consequencesOf(was, { ...before, ...was, ...change })).toEqual([]);
});

test('what is deployed and cannot be read is asked about too', () => {
  const { SESSION_SECRETS: _, ...unreadable } = before;

  expect(consequencesOf(unreadable, before)).toEqual([expect.stringContaining('cannot be read whole')]);
});

test('no change of a secret shows a value', () => {
  const settings = (given: Record<string, string>, readable: Record<string, string> = given) => ({
    given,
    readable,
  });

  expect(
    changesOf(
      settings({
        SESSION_SECRETS: 'old',
        PASSWORD_PEPPER: 'same',
        SMTP_URL: 'gone',
        APP_NAME: 'A',
        LOG_LEVEL: '',
      }),
      settings(
        { SESSION_SECRETS: 'ssm:/a', PASSWORD_PEPPER: 'ssm:/b', SMTP_URL: '', APP_NAME: 'B', EMAIL_CODE: '' },
        { SESSION_SECRETS: 'new', PASSWORD_PEPPER: 'same', SMTP_URL: '', APP_NAME: 'B', EMAIL_CODE: '' },
      ),
    ),
  ).toEqual([
    '  APP_NAME: A -> B',
    '  PASSWORD_PEPPER: the same value, a value in the environment -> ssm:/b',
    '  SESSION_SECRETS: changed, a value in the environment -> ssm:/a',
    '  SMTP_URL: changed, a value in the environment -> unset',
  ]);
});

test('the address of the API itself, where a stage has no other, is no change', () => {
  const service = {
    provider: { environment: { STAGE: 'prod' } },
    functions: { docs: { environment: { PUBLIC_URL: { 'Fn::GetAtt': ['HttpApi', 'ApiEndpoint'] } } } },
  } as unknown as Service;
  const PUBLIC_URL = 'https://abc.execute-api.eu-central-1.amazonaws.com';

  expect(stageEnvironment(service, PUBLIC_URL)).toEqual({ STAGE: 'prod', PUBLIC_URL });
});
