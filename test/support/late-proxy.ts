import { once } from 'node:events';
import { createServer, connect as openSocket } from 'node:net';
import { createGate } from './gates.ts';
import type { Held } from './holding-proxy.ts';

/** A network in which what is sent to a server may hang, and arrive when who sent it is long gone. */
export interface LateProxy {
  readonly port: number;
  /** Holds back the connection that next sends these bytes, from then on. */
  hold(mentioned: string): Held;
  close(): Promise<void>;
}

/** Starts such a network before a server whose protocol is not looked into. */
export async function startLateProxy(target: { host: string; port: number }): Promise<LateProxy> {
  const waiting: { mentioned: string; take(arrive: () => Promise<void>): void }[] = [];
  const sockets = new Set<{ destroy(): void }>();

  const listener = createServer((client) => {
    const server = openSocket(target);
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.setNoDelay(true).on('error', () => undefined);
    }
    let isHeld = false;
    const late: Buffer[] = [];
    client.on('data', (bytes) => {
      const at = waiting.findIndex(({ mentioned }) => bytes.includes(mentioned));
      const [holding] = isHeld || at < 0 ? [] : waiting.splice(at, 1);
      if (!holding && !isHeld) return void server.write(bytes);
      late.push(bytes);
      isHeld = true;
      holding?.take(async () => {
        // A server that was told to end this connection answers no more.
        const answered = Promise.race([once(server, 'data'), once(server, 'close')]);
        if (server.destroyed) return;
        server.write(Buffer.concat(late));
        await answered;
        server.destroy();
      });
    });
    client.on('close', () => isHeld || server.destroy());
    server.on('data', (bytes) => client.writable && client.write(bytes));
    server.on('close', () => client.destroy());
  });
  await once(listener.listen(0, '127.0.0.1'), 'listening');

  return {
    port: (listener.address() as { port: number }).port,
    hold: (mentioned) => {
      const gate = createGate();
      let done: Promise<void> | undefined;
      waiting.push({
        mentioned,
        take: (arrive) => {
          done = gate.pass().then(arrive);
        },
      });
      return {
        arrived: (count = 1) => gate.arrived(count),
        release: async () => {
          gate.open();
          await done;
        },
      };
    },
    close: async () => {
      listener.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
