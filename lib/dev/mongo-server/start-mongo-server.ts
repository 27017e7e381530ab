import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { BSONError } from 'bson';
import { type Doc, doc, type Value } from './bson-doc.ts';
import { runCommand } from './commands/commands.ts';
import type { Context } from './commands/context.ts';
import { createCursors } from './cursors.ts';
import { ServerError } from './errors.ts';
import { openStorage, type Storage } from './storage.ts';
import { sweepExpired } from './ttl.ts';
import { messageSplitter, parseMessage } from './wire.ts';

const host = '127.0.0.1';

export interface MongoServerOptions {
  /** Where data is kept; without it the data is gone when the server stops. */
  dataDir?: string;
  /** 0, the default, takes any free one. */
  port?: number;
  /** Seconds between two looks for documents that TTL indexes call expired; 60 as on the server. */
  ttlSweepSeconds?: number;
  /** Only `dev` and `test` may have it. */
  stage?: string;
}

export interface MongoServer {
  uri: string;
  port: number;
  stop(): Promise<void>;
}

/**
 * Starts the development stand-in for MongoDB, on the loopback interface only.
 *
 * @throws in a deployed stage, where the port is taken, and where another process has `dataDir`
 */
export async function startMongoServer(options: MongoServerOptions = {}): Promise<MongoServer> {
  const { dataDir, ttlSweepSeconds = 60, stage = 'dev' } = options;
  if (stage !== 'dev' && stage !== 'test') {
    throw new Error(`the stand-in for MongoDB is for development and tests, not for stage '${stage}'`);
  }
  const storage = openStorage(dataDir);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, connectionListener(storage, sockets));
  try {
    await once(server.listen(options.port ?? 0, host), 'listening');
  } catch (error) {
    storage.close();
    throw error;
  }
  const complain = (error: unknown) => console.error('the sweep of expired documents failed:', error);
  const timer = setInterval(() => sweepExpired(storage).catch(complain), ttlSweepSeconds * 1000);
  const { port } = server.address() as AddressInfo;
  return {
    uri: `mongodb://${host}:${port}/`,
    port,
    async stop() {
      clearInterval(timer);
      const closed = once(server.close(), 'close');
      for (const socket of sockets) socket.destroy();
      await closed;
      storage.close();
    },
  };
}

function connectionListener(storage: Storage, sockets: Set<Socket>): (socket: Socket) => void {
  const cursors = createCursors();
  let connections = 0;
  return (socket) => {
    connections += 1;
    const context: Context = { storage, cursors, connectionId: connections };
    const split = messageSplitter();
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      try {
        for (const message of split(chunk)) answer(message, socket, context);
      } catch (error) {
        console.error('the stand-in for MongoDB closes a connection:', (error as Error).message);
        socket.destroy();
      }
    });
  };
}

function answer(message: Buffer, socket: Socket, context: Context): void {
  const { read, frame } = parseMessage(message);
  const reply = runSafely(read, context);
  if (frame) socket.write(frame(reply));
}

function runSafely(read: () => Doc, context: Context): Doc {
  try {
    return runCommand(read(), context).set('ok', 1);
  } catch (error) {
    const { code, codeName, message, extra } = asServerError(error);
    return new Map<string, Value>([...doc({ ok: 0, errmsg: message, code, codeName }), ...extra]);
  }
}

function asServerError(error: unknown): ServerError {
  if (error instanceof ServerError) return error;
  if (BSONError.isBSONError(error)) return new ServerError(22, error.message);
  console.error('the stand-in for MongoDB failed:', error);
  return new ServerError(1, `internal error: ${String(error)}`);
}
