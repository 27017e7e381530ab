import { once } from 'node:events';
import { createServer, connect as openSocket, type Socket } from 'node:net';
import type { Document } from 'mongodb';
import { messageSplitter } from '../../lib/dev/mongo-server/wire.ts';
import { createGate } from './gates.ts';
import { startLateProxy } from './late-proxy.ts';
import { proxiedBy } from './proxied.ts';
import type { Target } from './proxy.ts';
import { readMessage } from './wire.ts';

/** Commands that hang in the network. */
export interface Held {
  /** Resolves once so many have been held back. */
  arrived(count?: number): Promise<void>;
  /** Lets them arrive, though who sent them may be gone, and the later ones pass. Resolves once all are answered. */
  release(): Promise<void>;
}

/** A database behind a network that can hold commands back. */
export interface HoldingDatabase {
  /** For an instance. */
  database: { uri: string; name: string };
  /** False with TLS, where no command is seen. */
  readable: boolean;
  /** Holds back the commands that are wanted, `most` of them; the connection that brought one waits with it. */
  hold(isWanted: (command: Document) => boolean, most?: number): Held;
  close(): Promise<void>;
}

interface Holding extends Held {
  wants(command: Document): boolean;
  keep(arrive: () => Promise<unknown>): void;
}

/** Puts such a network between an instance and a database. Close it after. */
export async function holding(database: { uri: string; name: string }): Promise<HoldingDatabase> {
  // What passes is looked into on MongoDB alone.
  if (!database.uri.startsWith('mongodb')) return unreadable(database);
  const holdings: Holding[] = [];
  const behind = await proxiedBy((target) => startHoldingProxy(target, holdings), database);
  return {
    database: behind.database,
    readable: behind.readable,
    hold: (isWanted, most = Number.POSITIVE_INFINITY) => {
      const made = createHolding((command) => command.$db === database.name && isWanted(command), most);
      holdings.push(made);
      return made;
    },
    close: behind.proxy.close,
  };
}

/** A database behind a network that can hold an insert back, on every store that has one. Close it after. */
export async function holdingInserts(database: { uri: string; name: string }): Promise<{
  database: { uri: string; name: string };
  /** Holds back the next insert into a collection or table. */
  holdInsert(into: string): Held;
  close(): Promise<void>;
}> {
  if (database.uri.startsWith('mongodb')) {
    const { hold, ...network } = await holding(database);
    return { ...network, holdInsert: (into) => hold(({ insert }) => insert === into, 1) };
  }
  const quote = database.uri.startsWith('postgres') ? '"' : '`';
  const behind = await proxiedBy(startLateProxy, database);
  return {
    database: behind.database,
    holdInsert: (into) => behind.proxy.hold(`insert into ${quote}${into}${quote}`),
    close: behind.proxy.close,
  };
}

function unreadable(database: { uri: string; name: string }): HoldingDatabase {
  const hold = (): never => {
    throw new Error('the network cannot be seen into');
  };
  return { database, readable: false, hold, close: async () => {} };
}

function createHolding(isWanted: (command: Document) => boolean, most: number): Holding {
  const gate = createGate();
  const answers: Promise<unknown>[] = [];
  let isOpen = false;
  return {
    wants: (command) => !isOpen && answers.length < most && isWanted(command),
    keep: (arrive) => void answers.push(gate.pass().then(arrive)),
    arrived: (count = 1) => gate.arrived(count),
    release: async () => {
      isOpen = true;
      gate.open();
      await Promise.all(answers);
    },
  };
}

async function startHoldingProxy(target: Target, holdings: readonly Holding[]) {
  const sockets = new Set<Socket>();
  const listener = createServer((client) => {
    const server = openSocket(target);
    const fromClient = messageSplitter();
    let held = 0;

    /** Sends a message on its way; the server hears it even where the client has gone. */
    async function arrive(message: Buffer): Promise<void> {
      const answered = once(server, 'data');
      server.write(message);
      await answered;
      held -= 1;
      if (client.destroyed && held === 0) server.destroy();
    }

    client.on('data', (bytes) => {
      for (const message of fromClient(bytes)) {
        const { body } = readMessage(message) ?? {};
        const holder = body && holdings.find(({ wants }) => wants(body));
        if (!holder) {
          server.write(message);
          continue;
        }
        held += 1;
        holder.keep(() => arrive(message));
      }
    });
    server.on('data', (bytes) => client.writable && client.write(bytes));
    client.on('close', () => held === 0 && server.destroy());
    server.on('close', () => client.destroy());
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.setNoDelay(true).on('error', () => undefined);
    }
  });

  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as { port: number }).port,
    close: async () => {
      listener.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
