import { describe, expect, test } from 'vitest';
import { prepareOn } from '../../lib/dev/db-prepare.ts';
import { userOf } from '../support/addresses.ts';
import { mongoDatabase } from '../support/database.ts';
import { eventSources } from '../support/events.ts';
import { type Instance, startInstance } from '../support/instance.ts';
import { testInstances } from '../support/instances.ts';
import { tokenTo } from '../support/mail.ts';
import { otherPassword, type Person, type PersonOptions, signedUp } from '../support/person.ts';

/** Users and sessions as the release before stored them: a hash on top, and one way in by its name. */

const { database, start } = testInstances('old documents', mongoDatabase('old documents'));
const users = () => database.db().collection<{ _id: string; credentials?: { password: string } }>('users');
const sessions = () => database.db().collection<{ _id: string }>('sessions');

/** Somebody whose user, and with `session` whose session too, an older release has stored. */
async function longAgo(options: PersonOptions): Promise<Person & { id: string }> {
  const ada = await signedUp(options);
  const { id } = await userOf(ada);
  const stored = await users().findOne({ _id: id });
  const passwordHash = stored?.credentials?.password;
  await users().updateOne({ _id: id }, { $set: { passwordHash, revision: 3 }, $unset: { credentials: '' } });
  await sessions().updateMany(
    { userId: id },
    {
      $set: { 'signedIn.method': 'sign_up', 'signedIn.emailVerified': false, 'signedIn.userRevision': 3 },
      $unset: { 'signedIn.methods': '', 'signedIn.assurance': '' },
    },
  );
  return { ...ada, id };
}

const secretsOf = async (id: string) => {
  const { credentials, passwordHash } = (await users().findOne({ _id: id })) as unknown as {
    credentials?: object;
    passwordHash?: string;
  };
  return { credentials, passwordHash };
};
const inTheNewForm = { credentials: { password: expect.stringContaining('$2b$') }, passwordHash: undefined };

describe.each(eventSources)('over $name', (source) => {
  test('who signed up long ago signs in, and an old session stays signed in', async () => {
    const ada = await longAgo({ instance: start(), source });

    expect(await ada.status()).toBe(200);
    expect((await ada.elsewhere().signIn()).status).toBe(200);
    expect((await ada.elsewhere().signIn(otherPassword)).status).toBe(401);
    const { sessions: devices } = (await ada.sessions.get('/sessions')).json();
    expect(devices).toHaveLength(2);
  });
});

test('an old session is told of as one that a password has opened', async () => {
  const ada = await longAgo({ instance: start() });

  const exported = (await ada.account.get('/account/export')).json();

  const [{ signedIn }] = exported.sessions;
  expect(signedIn).toEqual({
    methods: [{ method: 'password', at: signedIn.authenticatedAt }],
    assurance: 1,
    authenticatedAt: signedIn.authenticatedAt,
    credentialsVersion: 1,
    ip: expect.any(String),
    userAgent: expect.any(String),
  });
  expect(exported.user).not.toHaveProperty('revision');
  expect(JSON.stringify(exported)).not.toMatch(/\$2b\$|passwordHash/);
});

describe('the next write of a hash brings an old user into the new form', () => {
  test('as the cost has changed', async () => {
    const ada = await longAgo({ instance: start({ environment: { BCRYPT_COST: '10' } }) });
    const costlier = start({ environment: { BCRYPT_COST: '11' } });

    expect((await ada.elsewhere({ instance: costlier }).signIn()).status).toBe(200);

    expect(await secretsOf(ada.id)).toEqual(inTheNewForm);
    expect((await ada.elsewhere({ instance: costlier }).signIn()).status).toBe(200);
  });

  test('as the password is changed', async () => {
    const ada = await longAgo({ instance: start() });
    const passwords = { currentPassword: ada.password, newPassword: otherPassword };

    expect((await ada.account.post('/account/password', passwords)).status).toBe(204);

    expect(await secretsOf(ada.id)).toEqual(inTheNewForm);
    expect((await ada.elsewhere().signIn(ada.password)).status).toBe(401);
    expect((await ada.elsewhere().signIn(otherPassword)).status).toBe(200);
  });

  test('as the password is reset', async () => {
    const instance: Instance = start();
    const ada = await longAgo({ instance });
    await ada.auth.post('/auth/password/forgot', { email: ada.email });
    const token = await tokenTo(instance, ada.email, '/reset-password');

    await ada.auth.post('/auth/password/reset', { token, newPassword: otherPassword });

    expect(await secretsOf(ada.id)).toEqual(inTheNewForm);
    expect((await ada.elsewhere().signIn(otherPassword)).status).toBe(200);
  });
});

test('a change of another kind leaves the hash where it is', async () => {
  const ada = await longAgo({ instance: start() });

  expect((await ada.account.patch('/account', { name: 'Ada' })).json().user.name).toBe('Ada');

  expect(await secretsOf(ada.id)).toEqual({ passwordHash: expect.stringContaining('$2b$') });
  expect((await ada.elsewhere().signIn()).status).toBe(200);
});

test('who left the new form to an older release signs in with what that has stored', async () => {
  const ada = await longAgo({ instance: start() });
  await users().updateOne({ _id: ada.id }, { $set: { credentials: { password: 'of before' } } });

  expect((await ada.elsewhere().signIn()).status).toBe(200);
});

test('a user without a password is refused any, as a wrong one is', async () => {
  const ada = await signedUp({ instance: start() });
  const { id } = await userOf(ada);
  await users().updateOne({ _id: id }, { $set: { credentials: {} as never } });

  for (const given of [ada.password, otherPassword, 'undefined', 'null'])
    expect((await ada.elsewhere().signIn(given)).json().code).toBe('invalid_credentials');
  const change = { currentPassword: ada.password, newPassword: otherPassword };
  expect((await ada.account.post('/account/password', change)).json().code).toBe('wrong_password');
});

test('npm run db:prepare migrates every user, says how many, and has nothing to do when repeated', async () => {
  const own = mongoDatabase('old documents migrated');
  const env = { MONGODB_URI: own.uri, MONGODB_DB: own.name };
  await prepareOn(env);
  const instance = startInstance({ database: own });
  const [ada, eve] = [await signedUp({ instance }), await signedUp({ instance })];
  const many = Array.from({ length: 2100 }, (_, at) => ({
    _id: `old ${at}` as never,
    emailKey: `old${at}@mail.test`,
    passwordHash: `hash ${at}`,
    revision: at,
  }));
  await own.db().collection('users').insertMany(many);

  const indexes = await prepareOn(env, { besideOlder: true });
  expect(await prepareOn(env)).toEqual([...indexes, 'users: 2100 were of the form of an older release']);
  expect(await prepareOn(env)).toEqual(indexes);

  const migrated = await own.db().collection('users').findOne({ emailKey: 'old7@mail.test' });
  expect(migrated).toEqual({
    _id: 'old 7',
    emailKey: 'old7@mail.test',
    nameKey: null,
    credentials: { password: 'hash 7' },
  });
  for (const each of [ada, eve]) expect((await each.elsewhere().signIn()).status).toBe(200);
  await instance.end();
  await own.drop();
});
