import { createServer, type Server, type Socket } from 'node:net';
import { BSON } from 'mongodb';
import { afterAll, describe, expect, test } from 'vitest';
import { mongoDatabase } from '../../support/database.ts';
import { createClient, eventSource } from '../../support/events.ts';
import { type Instance, type LogLine, startInstance } from '../../support/instance.ts';
import { readMessage, replyTo } from '../../support/wire.ts';

const database = mongoDatabase('first_connection');
const instances: Instance[] = [];
const servers: Server[] = [];
afterAll(async () => {
  await Promise.all(instances.map((each) => each.end()));
  for (const server of servers) server.close();
  await database.drop();
});

/** Answers as a MongoDB server does that knows nobody: hello is let through, signing in is refused. */
async function refusingServer(): Promise<{ port: number; tried: () => number }> {
  let tried = 0;
  const hello = { ok: 1, isWritablePrimary: true, ismaster: true, maxWireVersion: 21, minWireVersion: 0 };
  const refusal = { ok: 0, code: 18, codeName: 'AuthenticationFailed', errmsg: 'no such user in-a-name' };
  const answer = (socket: Socket, bytes: Buffer) => {
    const message = readMessage(bytes);
    if (!message) {
      socket.write(oldReply(bytes.readInt32LE(4), hello));
      return;
    }
    const isSignIn = 'saslStart' in message.body;
    if (isSignIn) tried += 1;
    socket.write(replyTo(message.requestId, isSignIn ? refusal : hello));
  };
  const port = await listening((socket) => socket.on('data', (bytes) => answer(socket, bytes)));
  return { port, tried: () => tried };
}

/** OP_REPLY, for the first hello of a connection. */
function oldReply(requestId: number, reply: object): Buffer {
  const document = BSON.serialize(reply);
  const head = Buffer.alloc(36);
  head.writeInt32LE(head.length + document.length, 0);
  head.writeInt32LE(requestId, 8);
  head.writeInt32LE(1, 12);
  head.writeInt32LE(1, 32);
  return Buffer.concat([head, document]);
}

async function listening(onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => onSocket(socket.on('error', () => undefined)));
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return (server.address() as { port: number }).port;
}

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
    const { port, tried } = await refusingServer();

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
    const port = await listening(() => undefined);

    expect((await causeOf(`mongodb://127.0.0.1:${port}/`)).chain).toContain('MongoNetworkTimeoutError');
  });
});
