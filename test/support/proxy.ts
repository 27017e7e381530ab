import { once } from 'node:events';
import { createServer, connect as openSocket, type Server, type Socket } from 'node:net';
import { commandOf, replyTo } from './wire.ts';

/** Where the real server listens. */
export interface Target {
  host: string;
  port: number;
}

/** A TCP proxy in front of a server, to do to connections what networks do to them. */
export interface TcpProxy {
  readonly port: number;
  /** Connections that are open on the client's side. */
  open(): number;
  /** Of these, the ones that died without a sign. */
  openAndDead(): number;
  /** Connections made since the start. */
  made(): number;
  /** Most connections that were open at once since the start. */
  peak(): number;
  /** Ends every connection: with a reset, or in order. New ones are let in. */
  cut(how: 'reset' | 'end'): void;
  /** Ends every connection with a reset as soon as the server answers anything; the answer is lost. */
  cutAtNextAnswer(): void;
  /** Nothing listens any more; every connection is reset. */
  down(): Promise<void>;
  /** Listens again, at the same port. */
  up(): Promise<void>;
  /** Connections of this moment stay open, but nothing sent on them arrives or comes back. New ones work. */
  blackhole(): void;
  /** The connection that brings the next command of that name dies alone, in the same way (without TLS only). */
  blackholeAtNext(command: string): void;
  /** Connections are accepted, but nothing passes until `resume`, as if the server was stopped. */
  pause(): void;
  resume(): void;
  /** What the server answers takes this many milliseconds longer. */
  delay(milliseconds: number): void;
  /** The next command of that name is answered with this, and never reaches the server (without TLS only). */
  answerNext(command: string, reply: Record<string, unknown>): void;
  /** Every command of that name, until the returned function is called (without TLS only). */
  answerEvery(command: string, reply: Record<string, unknown>): () => void;
  /** Names given to `answerNext` of which no command has come yet. */
  leftToAnswer(): string[];
  close(): Promise<void>;
}

/** Milliseconds after which a new connection counts for `peak`. */
const settleMs = 20;

interface Pair {
  client: Socket;
  server: Socket;
  dead: boolean;
}

/** Starts a proxy on the loopback interface. */
export async function startProxy(target: Target): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  const injected = new Map<string, Record<string, unknown>>();
  const standing = new Map<string, Record<string, unknown>>();
  let made = 0;
  let peak = 0;
  let held: (() => void)[] | undefined;
  let delayMs = 0;
  let cutsAtAnswer = false;
  let deadly: string | undefined;

  const listener: Server = createServer((client) => {
    const pair: Pair = { client, server: openSocket(target), dead: false };
    pairs.add(pair);
    made += 1;
    // Connections that have just ended are heard of a moment later.
    setTimeout(() => {
      peak = Math.max(peak, pairs.size);
    }, settleMs).unref();
    client.on('data', (bytes) => pass(() => fromClient(pair, bytes)));
    pair.server.on('data', (bytes) => pass(() => fromServer(pair, bytes)));
    client.on('close', () => drop(pair));
    // Of a dead connection the client hears nothing, not even that it is gone.
    pair.server.on('close', () => pair.dead || client.end());
    for (const socket of [client, pair.server]) socket.setNoDelay(true).on('error', () => undefined);
  });

  /** Sockets are read even while nothing passes, so that their end is noticed. */
  function pass(step: () => void): void {
    if (held) held.push(step);
    else step();
  }

  function fromClient(pair: Pair, bytes: Buffer): void {
    if (pair.dead) return;
    const command = injected.size > 0 || standing.size > 0 || deadly ? commandOf(bytes) : undefined;
    if (command && command.name === deadly) {
      deadly = undefined;
      pair.dead = true;
      return;
    }
    const reply = command && (injected.get(command.name) ?? standing.get(command.name));
    if (!command || !reply) return void pair.server.write(bytes);
    injected.delete(command.name);
    pair.client.write(replyTo(command.requestId, reply));
  }

  function fromServer(pair: Pair, bytes: Buffer): void {
    if (cutsAtAnswer) cut('reset');
    else if (delayMs === 0) deliver(pair, bytes);
    else setTimeout(deliver, delayMs, pair, bytes);
  }

  function deliver(pair: Pair, bytes: Buffer): void {
    if (!pair.dead && pair.client.writable) pair.client.write(bytes);
  }

  function drop(pair: Pair): void {
    pairs.delete(pair);
    pair.server.destroy();
  }

  function cut(how: 'reset' | 'end'): void {
    cutsAtAnswer = false;
    for (const pair of pairs) {
      if (how === 'end') pair.client.end();
      // Node would never close one that is being ended, and its process never exit.
      else if (pair.client.writableEnded) pair.client.destroy();
      else pair.client.resetAndDestroy();
      pair.server.destroy();
    }
  }

  async function listen(port: number): Promise<number> {
    listener.listen(port, '127.0.0.1');
    await once(listener, 'listening');
    return (listener.address() as { port: number }).port;
  }

  async function down(): Promise<void> {
    if (!listener.listening) return;
    listener.close();
    cut('reset');
    await once(listener, 'close');
  }

  const port = await listen(0);
  return {
    port,
    open: () => pairs.size,
    openAndDead: () => [...pairs].filter(({ dead }) => dead).length,
    made: () => made,
    peak: () => peak,
    cut,
    cutAtNextAnswer: () => {
      cutsAtAnswer = true;
    },
    down,
    up: async () => void (await listen(port)),
    blackhole: () => {
      for (const pair of pairs) pair.dead = true;
    },
    blackholeAtNext: (command) => {
      deadly = command;
    },
    pause: () => {
      held ??= [];
    },
    resume: () => {
      const steps = held ?? [];
      held = undefined;
      for (const step of steps) step();
    },
    delay: (milliseconds) => {
      delayMs = milliseconds;
    },
    answerNext: (command, reply) => void injected.set(command, reply),
    answerEvery: (command, reply) => {
      standing.set(command, reply);
      return () => void standing.delete(command);
    },
    leftToAnswer: () => [...injected.keys()],
    close: down,
  };
}
