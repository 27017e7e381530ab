import { afterAll, expect, test } from 'vitest';
import { mongoDatabase } from '../../support/database.ts';
import { createClient } from '../../support/events.ts';
import { expectUnavailable, mayFail, newAccount, newIp, scenesOf, source } from '../../support/outages.ts';

const { scene, signUp, end } = await scenesOf('access', mongoDatabase('access'));
afterAll(end);

const unauthorized = { ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'not authorized on in-a-name' };

test('a user without the right is 503 unavailable, readiness too, and the log says what to give', async ({
  onTestFinished,
  skip,
}) => {
  const { handlers, proxy, readable, log } = await scene(onTestFinished);
  if (!readable) skip('the server speaks TLS, so that no answer can be put in its mouth');
  const { account } = await signUp();
  const auth = createClient(handlers.auth, source, { ip: newIp() });
  const health = createClient(handlers.health, source);

  const isGiven = ['findAndModify', 'listIndexes'].map((name) => proxy.answerEvery(name, unauthorized));
  const signIn = await auth.post('/auth/sign-in', account, mayFail);
  const otherSignUp = await auth.post('/auth/sign-up', newAccount(), mayFail);
  const ready = await health.get('/health/ready', mayFail);
  for (const give of isGiven) give();

  for (const answer of [signIn, otherSignUp, ready]) expectUnavailable(answer);
  const told = log.filter(({ level }) => level === 'warn').map(({ fields }) => [fields.code, fields.hint]);
  expect(told).toHaveLength(3);
  for (const each of told)
    expect(each).toEqual([
      'Unauthorized',
      expect.stringMatching(/^the user of MONGODB_URI may not do this: give/),
    ]);
  expect(JSON.stringify(log)).not.toContain('in-a-name');
  expect((await auth.post('/auth/sign-in', account)).status).toBe(200);
});
