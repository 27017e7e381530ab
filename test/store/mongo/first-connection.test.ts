import { afterAll, describe, expect, test } from 'vitest';
import { mongoDatabase } from '../../support/database.ts';
import { createClient, eventSource } from '../../support/events.ts';
import { type Instance, type LogLine, startInstance } from '../../support/instance.ts';
import { listening, refusingServer } from '../../support/refusing-server.ts';

const database = mongoDatabase('first_connection');
const instances: Instance[] = [];
const servers: { close(): void }[] = [];
afterAll(async () => {
  await Promise.all(instances.map((each) => each.end()));
  for (const server of servers) server.close();
  await database.drop();
});

/** The names and codes of the error that a cold start leaves in the log. */
async function causeOf(uri: string): Promise<{ chain: string; log: LogLine[] }> {
  const instance = startInstance({ database: { uri, name: database.name } });
  instances.push(instance);
  const client = createClient(instance.handlers.health, eventSource('HTTP API, payload 2.0'));

  const answer = await client.get('/health/ready', { expect5xx: true });

  expect([answer.status, answer.json().code]).toEqual([503, 'unavailable']);
  const [line] = instance.log.filter(({ level }) => level === 'warn');
  const chain: unknown[] = [];
  for (let at = line?.fields; at; at = at.cause as LogLine['fields'] | undefined)
    chain.push(at.error, at.code, at.codeName, at.hint);
  return { chain: chain.filter(Boolean).join(' '), log: instance.log };
}

const secrets = 'in-a-name:in-a-password';
const [, address = ''] = /^mongodb:\/\/(?:[^@/]*@)?([^/?]+)/.exec(database.uri) ?? [];

describe.concurrent('the log of a first connection that fails names the cause:', () => {
  test('credentials that are refused, each time anew', async () => {
    const server = await refusingServer();
    servers.push(server);
    const { port, tried } = server;

    const { chain, log } = await causeOf(`mongodb://${secrets}@127.0.0.1:${port}/`);

    expect(chain).toContain('AuthenticationFailed');
    expect(chain).toContain('the server refuses the user or password of MONGODB_URI');
    expect(chain).not.toContain('Topology');
    expect(tried()).toBeGreaterThan(1);
    expect(JSON.stringify(log)).not.toMatch(/in-a-/);
  });

  test.each([
    ['an unknown host', `mongodb://${secrets}@in-a-host.invalid/`, 'ENOTFOUND'],
    ['an unknown cluster', `mongodb+srv://${secrets}@in-a-host.invalid/`, 'ENOTFOUND'],
    ['nobody at the port', `mongodb://${secrets}@127.0.0.1:1/`, 'ECONNREFUSED'],
    ['nobody at any address of a name', `mongodb://${secrets}@localhost:1/`, 'ECONNREFUSED'],
    ['another replica set', `mongodb://${address}/?replicaSet=in-a-set`, 'ReplicaSetNameError'],
    ['a server that does not speak TLS', `mongodb://${address}/?tls=true`, 'MongoNetworkError'],
  ])('%s', async (_what, uri, cause) => {
    const { chain, log } = await causeOf(uri);

    expect(chain).toMatch(new RegExp(`${cause}\\b`));
    expect(JSON.stringify(log)).not.toMatch(/in-a-/);
  });

  test('a server that accepts and is silent', async () => {
    const server = await listening(() => undefined);
    servers.push(server);
    const { port } = server;

    expect((await causeOf(`mongodb://127.0.0.1:${port}/`)).chain).toContain('MongoNetworkTimeoutError');
  });
});
