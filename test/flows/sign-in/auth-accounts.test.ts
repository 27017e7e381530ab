import { afterAll, describe, expect, it } from 'vitest';
import { createClient, eventSource, eventSources } from '../../support/events.ts';
import { type Instance, startInstance } from '../../support/instance.ts';
import { newAccount, newIp, scenesOf } from '../../support/outages.ts';
import { expectProblem } from '../../support/problems.ts';
import { cpuOf, median } from '../../support/timing.ts';

const { direct, database, end } = await scenesOf('auth accounts');
const { handlers } = direct;
const users = () => database.db().collection('users');
const instances: Instance[] = [];
afterAll(async () => {
  await Promise.all(instances.map((instance) => instance.end()));
  await end();
});

/** Another instance, with hashes of the cost and pepper that its environment says. */
function start(environment: NodeJS.ProcessEnv = {}): Instance {
  const instance = startInstance({ database, environment });
  instances.push(instance);
  return instance;
}

describe('two instances', () => {
  it('decide ten races of two sign-ups with one address each: one account, one refusal', async () => {
    const other = start();

    for (let race = 0; race < 10; race++) {
      const account = newAccount();
      const variants = [account.email.toUpperCase(), account.email.toLowerCase()];
      const answers = await Promise.all(
        [handlers, other.handlers].map(({ auth }, at) =>
          createClient(auth, eventSources[race % eventSources.length]!, { ip: newIp() }).post(
            '/auth/sign-up',
            { ...account, email: variants[at] },
          ),
        ),
      );

      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
      expect(answers.find(({ status }) => status === 409)?.cookies).toEqual([]);
      expect(await users().countDocuments({ email: { $in: variants } })).toBe(1);
    }
  });

  it('know each other’s accounts and sessions', async () => {
    const account = newAccount();
    const source = eventSource('HTTP API, payload 2.0');
    const here = createClient(handlers.auth, source, { ip: newIp() });
    await here.post('/auth/sign-up', account);
    const other = start();
    const there = createClient(other.handlers.auth, source, { ip: newIp() });

    const signIn = await there.post('/auth/sign-in', account);
    const who = await there.get('/auth/session', { cookies: here.cookies.all() });

    expect(signIn.status).toBe(200);
    expect(who.json().user.email).toBe(account.email);
  });
});

describe('a stored password', () => {
  const source = eventSource('HTTP API, payload 2.0');
  const hashOf = async (email: string) => String((await users().findOne({ email }))?.credentials.password);

  it.each<[what: string, before: NodeJS.ProcessEnv, after: NodeJS.ProcessEnv]>([
    ['the cost', { BCRYPT_COST: '10' }, { BCRYPT_COST: '11' }],
    ['the pepper', {}, { PASSWORD_PEPPER: 'a pepper that is new' }],
  ])(
    'PS: is hashed anew at the next sign-in after %s changed, and signs in ever after',
    async (_what, before, after) => {
      const account = newAccount();
      const old = createClient(start(before).handlers.auth, source, { ip: newIp() });
      await old.post('/auth/sign-up', account);
      const oldHash = await hashOf(account.email);
      const browser = createClient(start(after).handlers.auth, source, { ip: newIp() });

      const first = await browser.post('/auth/sign-in', account);
      const newHash = await hashOf(account.email);
      const stillIn = [await old.get('/auth/session'), await browser.get('/auth/session')];
      const second = await browser.post('/auth/sign-in', account);

      expect([first.status, second.status]).toEqual([200, 200]);
      expect(stillIn.map(({ status }) => status)).toEqual([200, 200]);
      expect(newHash).not.toBe(oldHash);
      expect(await hashOf(account.email)).toBe(newHash);
    },
  );

  it('ASVS 6.2.8: is compared whole: another ending after 72 bytes is another password', async () => {
    const account = { ...newAccount(), password: `${'é'.repeat(60)} and an ending` };
    const client = () => createClient(handlers.auth, source, { ip: newIp() });
    await client().post('/auth/sign-up', account);

    const other = await client().post('/auth/sign-in', {
      ...account,
      password: `${'é'.repeat(60)} and another`,
    });
    const decomposed = account.password.normalize('NFD');
    const same = await client().post('/auth/sign-in', { ...account, password: decomposed });

    expectProblem(other, 401, 'invalid_credentials');
    expect(same.status).toBe(200);
  });

  it('never leaves the database: no answer has a hash in it', async () => {
    const account = newAccount();
    const client = createClient(handlers.auth, source, { ip: newIp() });

    const answers = [await client.post('/auth/sign-up', account), await client.get('/auth/session')];

    for (const { body } of answers)
      expect(body).not.toMatch(/\$2b\$|hmac-sha384|passwordHash|credentials|emailKey/);
  });
});

describe('the time of a sign-in', () => {
  it('ASVS 6.3.8: is the same for a wrong password and for an unknown address', async () => {
    const source = eventSource('HTTP API, payload 2.0');
    const { handlers: slow } = start({ BCRYPT_COST: '10' });
    const client = () => createClient(slow.auth, source, { ip: newIp() });
    const account = newAccount();
    await client().post('/auth/sign-up', account);
    const wrong: number[] = [];
    const unknown: number[] = [];

    for (let round = 0; round < 7; round++) {
      const password = `not the password ${round}`;
      wrong.push(await cpuOf(() => client().post('/auth/sign-in', { ...account, password })));
      unknown.push(await cpuOf(() => client().post('/auth/sign-in', { ...newAccount(), password })));
    }

    const ratio = median(wrong) / median(unknown);
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1.7);
  });
});
