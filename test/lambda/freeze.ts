import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { authorizerSources } from '../support/authorizer-events.ts';
import { eventSource } from '../support/events.ts';
import { proxied } from '../support/proxied.ts';
import { startProxy, type TcpProxy } from '../support/proxy.ts';
import { clientOf, cookiePairs, type Ground, newPerson, signUp } from './ground.ts';
import type { Instance } from './instance.ts';

/** What happens to the sockets of an instance that is frozen. */
const deaths: readonly [how: string, kill: (proxy: TcpProxy) => void][] = [
  ['were reset', (proxy) => proxy.cut('reset')],
  ['were ended', (proxy) => proxy.cut('end')],
  ['died without a sign', (proxy) => proxy.blackhole()],
];

/** A signed-in request is answered within this, in milliseconds, whatever became of the sockets. */
const answersWithinMs = 5000;

/**
 * Freezes an instance for each kind of death, as Lambda does between two requests: its process is stopped, its sockets die,
 * and the next request finds it so. It resolves when all are frozen, with a promise that does when all have answered again.
 */
export async function checkFreeze(ground: Ground, seconds: number): Promise<{ over: Promise<unknown> }> {
  const over: Promise<void>[] = [];
  for (const [at, [how, kill]] of deaths.entries()) {
    const thawed = await freezeOne(ground, { how, kill, at, seconds });
    over.push(thawed());
  }
  return { over: Promise.all(over) };
}

interface Frozen {
  how: string;
  kill: (proxy: TcpProxy) => void;
  at: number;
  seconds: number;
}

async function freezeOne(ground: Ground, { how, kill, at, seconds }: Frozen): Promise<() => Promise<void>> {
  const { tally, aws } = ground;
  const { changes, proxies } = await behindProxies(ground);
  const auth = await ground.start('auth', changes);
  const authorizer = await ground.start('authorizer', changes);
  const client = clientOf(auth, eventSource('HTTP API, payload 2.0'), `203.0.113.${110 + at}`);
  const person = newPerson(`freeze-${at}`);
  const mails = () => aws.jobsOf(person.email).length;
  const source = authorizerSources[0]!;
  const isLetIn = async () => {
    const event = source.event({ cookies: cookiePairs(client) });
    return source.allows(await authorizer.handler(event), event);
  };
  const frozen = `frozen for ${seconds} s while its sockets ${how}`;

  await tally.check(
    `before the freeze, where sockets ${how}: signed up, and a mail handed over`,
    async () => {
      assert.equal((await signUp(client, person)).status, 201);
      assert.ok(mails() > 0, 'the job has reached Lambda');
      assert.equal(await isLetIn(), true);
    },
  );
  await freeze(auth, authorizer);
  for (const proxy of proxies) kill(proxy);

  return async () => {
    await delay(seconds * 1000);

    await tally.check(`${frozen}: auth knows the session`, async () => {
      await thaw(auth);
      return within(async () => assert.equal((await client.get('/auth/session')).status, 200));
    });
    await tally.check(`${frozen}: the authorizer lets in`, async () => {
      await thaw(authorizer);
      return within(async () => assert.equal(await isLetIn(), true));
    });
    await tally.check(`${frozen}: a mail is handed over`, async () => {
      const before = mails();
      assert.equal((await client.post('/auth/password/forgot', { email: person.email })).status, 202);
      assert.ok(mails() > before, 'the job has reached Lambda');
    });
    await Promise.all([auth.stop(), authorizer.stop()]);
    await Promise.all(proxies.map((proxy) => proxy.close()));
  };
}

/** Between an instance and all that it talks to: the settings that lead it there, and the proxies. */
async function behindProxies({ database: own, databaseEnvironment, aws }: Ground) {
  const { proxy, database } = await proxied(own);
  const toAws = await startProxy({ host: '127.0.0.1', port: aws.port });
  const changes: Record<string, string> = { AWS_ENDPOINT_URL: `http://127.0.0.1:${toAws.port}` };
  for (const [variable, value] of Object.entries(databaseEnvironment))
    if (value === own.uri) changes[variable] = database.uri;
  return { changes, proxies: [proxy, toAws] };
}

async function freeze(...instances: Instance[]): Promise<void> {
  for (const instance of instances) {
    const pid = await instance.pid();
    process.kill(pid, 'SIGSTOP');
    while (!/^State:\s+T/m.test(await readFile(`/proc/${pid}/status`, 'utf8'))) await delay(10);
  }
}

async function thaw(instance: Instance): Promise<void> {
  process.kill(await instance.pid(), 'SIGCONT');
}

async function within(run: () => Promise<void>): Promise<string> {
  const startedAt = performance.now();
  await run();
  const ms = Math.round(performance.now() - startedAt);
  assert.ok(ms < answersWithinMs, `answered after ${ms} ms`);
  return `${ms} ms`;
}
