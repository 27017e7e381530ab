import { afterAll, describe, expect, it } from 'vitest';
import { mongoDatabase } from '../../support/database.ts';
import { createClient, type TestAnswer, type TestClient } from '../../support/events.ts';
import { newAccount, newIp, type Scene, scenesOf, source, timed } from '../../support/outages.ts';

const { scene, signUp, end } = await scenesOf('dead sockets', mongoDatabase('dead sockets'));
const { account, cookies } = await signUp();
afterAll(end);

/** What happens to the sockets of an instance that sleeps. */
const deaths: [how: string, kill: (scene: Scene) => void][] = [
  ['were reset', ({ proxy }) => proxy.cut('reset')],
  ['were ended', ({ proxy }) => proxy.cut('end')],
  ['died without a sign', ({ proxy }) => proxy.blackhole()],
];

/** Requests by what they begin with at the database. */
const requests: [what: string, send: (client: TestClient) => Promise<TestAnswer>, status: number][] = [
  ['a read', (client) => client.get('/auth/session', { cookies }), 200],
  ['a sign-in', (client) => client.post('/auth/sign-in', account), 200],
  ['a sign-up', (client) => client.post('/auth/sign-up', newAccount()), 201],
];

describe.concurrent('after sockets', () => {
  for (const [how, kill] of deaths) {
    for (const [what, send, status] of requests) {
      it(`${how} behind the driver's back, the next request works: ${what}`, async ({ onTestFinished }) => {
        const at = await scene(onTestFinished);
        await createClient(at.handlers.health, source).get('/health/ready');
        const client = createClient(at.handlers.auth, source, { ip: newIp() });

        kill(at);
        const { result, milliseconds } = await timed(send(client));

        expect(result.status).toBe(status);
        expect(milliseconds).toBeLessThan(5000);
      });
    }

    it(`${how} some time ago, the next request works`, async ({ onTestFinished }) => {
      const at = await scene(onTestFinished);
      const client = createClient(at.handlers.auth, source);
      await client.get('/auth/session', { cookies });

      kill(at);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const answer = await client.get('/auth/session', { cookies });

      expect(answer.status).toBe(200);
    });
  }

  it('were reset again and again, every request works', async ({ onTestFinished }) => {
    const { handlers, proxy } = await scene(onTestFinished);
    const client = createClient(handlers.auth, source);

    const statuses: number[] = [];
    for (let round = 0; round < 10; round++) {
      statuses.push((await client.get('/auth/session', { cookies })).status);
      proxy.cut(round % 2 === 0 ? 'reset' : 'end');
    }

    expect(statuses).toEqual(statuses.map(() => 200));
  });
});

describe('after sockets, under load,', () => {
  for (const [how, kill] of deaths) {
    it(`${how} under many requests at once, all of them work`, async ({ onTestFinished }) => {
      const at = await scene(onTestFinished);
      const client = createClient(at.handlers.auth, source);
      at.proxy.delay(50);
      await client.get('/auth/session', { cookies });

      const answering = Array.from({ length: 20 }, () => client.get('/auth/session', { cookies }));
      await new Promise((resolve) => setTimeout(resolve, 120));
      kill(at);
      const answers = await Promise.all(answering);

      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    });
  }
});
