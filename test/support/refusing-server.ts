import { createServer, type Server, type Socket } from 'node:net';
import { BSON } from 'mongodb';
import { readMessage, replyTo } from './wire.ts';

/** Answers as a MongoDB server does that knows nobody: hello is let through, signing in is refused. */
export async function refusingServer(): Promise<{ port: number; tried: () => number; close(): void }> {
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
  const { port, close } = await listening((socket) => socket.on('data', (bytes) => answer(socket, bytes)));
  return { port, tried: () => tried, close };
}

/** OP_REPLY, for the first hello of a connection. */
export function oldReply(requestId: number, reply: object): Buffer {
  const document = BSON.serialize(reply);
  const head = Buffer.alloc(36);
  head.writeInt32LE(head.length + document.length, 0);
  head.writeInt32LE(requestId, 8);
  head.writeInt32LE(1, 12);
  head.writeInt32LE(1, 32);
  return Buffer.concat([head, document]);
}

/** Listens on a port of its own. */
export async function listening(
  onSocket: (socket: Socket) => void,
): Promise<{ port: number; close(): void }> {
  const server: Server = createServer((socket) => onSocket(socket.on('error', () => undefined)));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return { port: (server.address() as { port: number }).port, close: () => void server.close() };
}
