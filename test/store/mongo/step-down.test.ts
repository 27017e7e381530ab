import { afterAll, describe, expect, it } from 'vitest';
import { mongoDatabase } from '../../support/database.ts';
import { createClient } from '../../support/events.ts';
import { startInstance } from '../../support/instance.ts';
import { expectUnavailable, mayFail, newAccount, newIp, scenesOf, source } from '../../support/outages.ts';

const { scene, signUp, database, end } = await scenesOf('step down', mongoDatabase('step down'));
afterAll(end);

const notPrimary = { ok: 0, code: 10107, codeName: 'NotWritablePrimary', errmsg: 'not primary' };
const steppingDown = { ok: 0, code: 189, codeName: 'PrimarySteppedDown', errmsg: 'stepping down' };
const shuttingDown = { ok: 0, code: 91, codeName: 'ShutdownInProgress', errmsg: 'shutting down' };
const interrupted = {
  ok: 0,
  code: 11602,
  codeName: 'InterruptedDueToReplStateChange',
  errmsg: 'interrupted',
};
const withTls = 'the server speaks TLS, so that no answer can be put in its mouth';

describe.concurrent('a primary that steps down', () => {
  for (const reply of [notPrimary, steppingDown, shuttingDown, interrupted]) {
    it(`costs a request nothing (${reply.codeName})`, async ({ onTestFinished, skip }) => {
      const { handlers, proxy, readable } = await scene(onTestFinished);
      if (!readable) skip(withTls);
      const client = createClient(handlers.auth, source, { ip: newIp() });
      const account = newAccount();

      for (const command of ['findAndModify', 'find', 'insert', 'delete']) proxy.answerNext(command, reply);
      const signUpAnswer = await client.post('/auth/sign-up', account);
      for (const command of ['findAndModify', 'find', 'insert']) proxy.answerNext(command, reply);
      const signInAnswer = await client.post('/auth/sign-in', account);
      proxy.answerNext('aggregate', reply);
      const session = await client.get('/auth/session');
      proxy.answerNext('delete', reply);
      const signOut = await client.post('/auth/sign-out');

      expect([signUpAnswer.status, signInAnswer.status, session.status, signOut.status]).toEqual([
        201, 200, 200, 204,
      ]);
      expect(proxy.leftToAnswer()).toEqual([]);
    });
  }

  it('is an outage where there is no other within the time, and over with it', async ({
    onTestFinished,
    skip,
  }) => {
    const { handlers, proxy, readable } = await scene(onTestFinished);
    if (!readable) skip(withTls);
    const { cookies } = await signUp();
    const client = createClient(handlers.auth, source);
    await client.get('/auth/session', { cookies });

    const primaryIsThere = proxy.answerEvery('aggregate', notPrimary);
    const away = await client.get('/auth/session', { cookies, ...mayFail });
    primaryIsThere();
    const back = await client.get('/auth/session', { cookies });

    expectUnavailable(away);
    expect(back.status).toBe(200);
  });

  it('for real, on a replica set that lets us', async ({ onTestFinished, skip }) => {
    const admin = database.client().db('admin');
    const { setName } = await admin.command({ isMaster: 1 });
    if (!setName) skip('MONGODB_URI is no replica set');
    // It takes the server from every test file that runs at the same time, so it wants to be asked for.
    if (process.env.TEST_STEP_DOWN !== 'true') skip('TEST_STEP_DOWN is not true');
    const { cookies } = await signUp();
    const instance = startInstance({ database });
    onTestFinished(instance.end);
    const client = createClient(instance.handlers.auth, source);
    await client.get('/auth/session', { cookies });

    await admin.command({ replSetStepDown: 5, force: true });
    const statuses: number[] = [];
    for (const endsAt = Date.now() + 20_000; Date.now() < endsAt && statuses.at(-1) !== 200; )
      statuses.push((await client.get('/auth/session', { cookies, ...mayFail })).status);

    expect(new Set(statuses.slice(0, -1))).toEqual(new Set(statuses.length > 1 ? [503] : []));
    expect(statuses.at(-1)).toBe(200);
  });
});
