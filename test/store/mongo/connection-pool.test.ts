import { afterAll, describe, expect, it } from 'vitest';
import { mongoDatabase } from '../../support/database.ts';
import { createClient } from '../../support/events.ts';
import { expectUnavailable, mayFail, type Scene, scenesOf, source, timed } from '../../support/outages.ts';

const { scene, signUp, end } = await scenesOf('connection pool', mongoDatabase('connection pool'));
const { cookies } = await signUp();
afterAll(end);

/** The pool's own, the one that watches the server, and one with which a client that was given up did so. */
const most = (pool: number) => pool + 2;

type SignedUp = Awaited<ReturnType<typeof signUp>>;

const withPool = (size: number) => ({ environment: { MONGODB_MAX_POOL_SIZE: String(size) } });

function getSessions({ handlers }: Scene, count: number) {
  const client = createClient(handlers.auth, source);
  return Promise.all(
    Array.from({ length: count }, () => timed(client.get('/auth/session', { cookies, ...mayFail }))),
  );
}

describe.concurrent('the connections of an instance', () => {
  it('are one for requests and one that watches the server, while requests come one by one', async ({
    onTestFinished,
  }) => {
    const at = await scene(onTestFinished);

    for (let request = 0; request < 10; request++) await getSessions(at, 1);

    expect(at.proxy.made()).toBe(2);
  });

  it.for([
    [
      'a sign-in',
      2,
      ({ handlers }: Scene, { account }: SignedUp) =>
        createClient(handlers.auth, source).post('/auth/sign-in', account, mayFail),
    ],
    [
      'an export',
      4,
      ({ handlers }: Scene, { cookies }: SignedUp) =>
        createClient(handlers.account, source).get('/account/export', { cookies, ...mayFail }),
    ],
    [
      'leaving',
      5,
      ({ handlers }: Scene, { account, cookies }: SignedUp) =>
        createClient(handlers.account, source).delete(
          '/account',
          { currentPassword: account.password },
          { cookies, ...mayFail },
        ),
    ],
  ] as const)(
    'are no more than %s uses at once, and the one that watches',
    async ([, uses, ask], { onTestFinished }) => {
      // A busy machine may use up the time that a request has for the database: then it says nothing of this.
      for (let tries = 0; ; tries += 1) {
        const someone = await signUp();
        const at = await scene(onTestFinished);
        at.proxy.delay(5);

        const { status } = await ask(at, someone);

        if (status === 503 && tries < 4) continue;
        expect(status).toBeLessThan(300);
        expect(at.proxy.made()).toBeLessThanOrEqual(uses + 1);
        return;
      }
    },
  );

  it('never are more than the pool may have, whatever comes at once: the rest waits', async ({
    onTestFinished,
  }) => {
    const at = await scene(onTestFinished, withPool(3));
    at.proxy.delay(20);
    const client = at.mongo.client();

    const answers = await getSessions(at, 30);

    expect(answers.map(({ result }) => result.status)).toEqual(answers.map(() => 200));
    expect(at.proxy.peak()).toBeLessThanOrEqual(most(3));
    expect(at.mongo.client()).toBe(client);
  });

  it('that are all taken are waited for, as long as the database answers the others', async ({
    onTestFinished,
  }) => {
    const at = await scene(onTestFinished, withPool(1));
    const people = await Promise.all(Array.from({ length: 10 }, signUp));
    await getSessions(at, 1);

    // Reads would share a command; this is a delete, a line of activity and a look at the user for each.
    at.proxy.delay(200);
    const client = createClient(at.handlers.auth, source);
    const answers = await Promise.all(
      people.map((person) => timed(client.post('/auth/sign-out', undefined, { cookies: person.cookies }))),
    );

    expect(answers.map(({ result }) => result.status)).toEqual(answers.map(() => 204));
    // More than a request has for the database: none of them was given up for the wait.
    expect(Math.max(...answers.map(({ clockMs }) => clockMs))).toBeGreaterThan(4000);
  });

  it('that are all taken by operations without an end fail the rest within 5 seconds; then it works', async ({
    onTestFinished,
  }) => {
    const at = await scene(onTestFinished, withPool(2));
    await getSessions(at, 4);

    at.proxy.delay(6000);
    const answers = await getSessions(at, 20);
    at.proxy.delay(0);
    const next = await getSessions(at, 5);

    for (const { result, milliseconds } of answers) {
      expectUnavailable(result);
      expect(milliseconds).toBeLessThan(5000);
    }
    expect(next.map(({ result }) => result.status)).toEqual([200, 200, 200, 200, 200]);
    expect(at.proxy.peak()).toBeLessThanOrEqual(most(2));
  });

  it('that die without a sign are given up one by one, while the others answer', async ({
    expect,
    onTestFinished,
  }) => {
    const at = await scene(onTestFinished, withPool(4));
    await getSessions(at, 8);
    const client = at.mongo.client();

    const answers = [];
    for (let death = 0; death < 3; death++) {
      if (at.readable) at.proxy.blackholeAtNext('aggregate');
      const held = getSessions(at, 1);
      const others = [];
      for (let other = 0; other < 15; other++) {
        await new Promise((resolve) => setTimeout(resolve, 120));
        others.push(...(await getSessions(at, 1)));
      }
      answers.push(...others, ...(await held));
    }

    expect(answers.map(({ result }) => result.status)).toEqual(answers.map(() => 200));
    expect(at.mongo.client()).toBe(client);
    await expect.poll(() => at.proxy.openAndDead(), { timeout: 6000 }).toBe(0);
  });

  it('that operations without an end hold are given up by the next request in time, and soon free again', async ({
    expect,
    onTestFinished,
  }) => {
    const at = await scene(onTestFinished, withPool(1));
    await getSessions(at, 1);
    const endless = () => new Promise<never>(() => undefined);

    const holding = timed(at.mongo.run(endless).catch((error: unknown) => error));
    const [behind] = await getSessions(at, 1);
    const { result, milliseconds } = await holding;

    expect(result).toMatchObject({ status: 503 });
    expect(milliseconds).toBeLessThan(5000);
    expectUnavailable(behind!.result);
    expect(behind!.milliseconds).toBeLessThan(5000);
    const again = async () => (await getSessions(at, 1))[0]?.result.status;
    await expect.poll(again, { timeout: 6000 }).toBe(200);
  });

  it('that others hold make it wait for no more than 5 seconds; then it works', async ({
    onTestFinished,
  }) => {
    const at = await scene(onTestFinished, withPool(2));
    await getSessions(at, 4);
    const db = at.mongo.client().db();
    at.proxy.delay(6000);
    const holding = [1, 2].map(() => db.command({ ping: 1 }).catch((error: unknown) => error));

    const answers = await getSessions(at, 2);
    at.proxy.delay(0);
    const next = await getSessions(at, 2);

    for (const { result, milliseconds } of answers) {
      expectUnavailable(result);
      expect(milliseconds).toBeLessThan(5000);
    }
    expect(next.map(({ result }) => result.status)).toEqual([200, 200]);
    expect(await Promise.all(holding)).toEqual([expect.any(Error), expect.any(Error)]);
    expect(at.proxy.peak()).toBeLessThanOrEqual(most(2));
  });

  it.for([
    ['stops answering', (at: Scene) => at.proxy.pause()],
    ['forgets its connections', (at: Scene) => at.proxy.blackhole()],
    ['resets its connections', (at: Scene) => at.proxy.cut('reset')],
  ] as const)(
    'stay under their limit where the server %s under load',
    async ([, fail], { onTestFinished }) => {
      const at = await scene(onTestFinished, withPool(3));
      at.proxy.delay(30);
      await getSessions(at, 9);

      const answering = getSessions(at, 30);
      await new Promise((resolve) => setTimeout(resolve, 80));
      fail(at);
      const answers = await answering;
      at.proxy.resume();
      const next = await getSessions(at, 3);

      for (const { milliseconds } of answers) expect(milliseconds).toBeLessThan(5000);
      expect(next.map(({ result }) => result.status)).toEqual([200, 200, 200]);
      expect(at.proxy.peak()).toBeLessThanOrEqual(most(3));
    },
  );

  it('end with it', async ({ expect, onTestFinished }) => {
    const at = await scene(onTestFinished);
    await getSessions(at, 10);

    await at.end();

    await expect.poll(() => at.proxy.open()).toBe(0);
  });
});
