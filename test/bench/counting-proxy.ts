import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { MongoClient } from 'mongodb';
import { commandOf } from '../support/wire.ts';

/** Connections at one moment, or each kind at its most. */
export interface Connections {
  all: number;
  /** Those that have carried a command of the application: the pools' own. */
  forRequests: number;
  /** Those that carry nothing but greetings, by which the driver watches the server. */
  watching: number;
}

/** A proxy that counts what goes through it: commands by name, and connections. */
export interface CountingProxy {
  uri: string;
  /** Commands since the last call, without those by which the driver watches the server. */
  take(): Map<string, number>;
  open(): Connections;
  /** Since the start. */
  peak(): Connections;
  close(): void;
}

const greetings = new Set(['hello', 'ismaster', 'isMaster']);

/** What the driver sends by itself: handshakes, monitoring, and the end of its own sessions. */
const driversOwn = new Set([...greetings, 'endSessions', 'ping', 'buildInfo']);

/** Puts a counting proxy before the first host of `uri`; without TLS. */
export async function startCountingProxy(uri: string): Promise<CountingProxy> {
  const [first] = new MongoClient(uri).options.hosts;
  const { host = '127.0.0.1', port = 27017 } = first ?? {};
  let counts = new Map<string, number>();
  const sockets = new Set<Socket>();
  const forRequests = new Set<Socket>();
  const peak: Connections = { all: 0, forRequests: 0, watching: 0 };
  const open = (): Connections => ({
    all: sockets.size,
    forRequests: forRequests.size,
    watching: sockets.size - forRequests.size,
  });
  const note = () => {
    const { all, forRequests: busy, watching } = open();
    peak.all = Math.max(peak.all, all);
    peak.forRequests = Math.max(peak.forRequests, busy);
    // One of a pool that has just been opened counts here until its first command.
    peak.watching = Math.max(peak.watching, watching);
  };
  const server = createServer((client) => {
    sockets.add(client);
    note();
    const upstream = connect({ host, port });
    let rest: Buffer = Buffer.alloc(0);
    client.on('data', (bytes) => {
      upstream.write(bytes);
      rest = Buffer.concat([rest, bytes]);
      while (rest.length >= 4 && rest.length >= rest.readInt32LE(0)) {
        const length = rest.readInt32LE(0);
        const name = commandOf(rest.subarray(0, length))?.name;
        if (name && !greetings.has(name) && !forRequests.has(client)) {
          forRequests.add(client);
          note();
        }
        if (name && !driversOwn.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
        rest = rest.subarray(length);
      }
    });
    upstream.on('data', (bytes) => client.write(bytes));
    client.on('close', () => {
      sockets.delete(client);
      forRequests.delete(client);
      upstream.destroy();
    });
    upstream.on('close', () => client.destroy());
    for (const socket of [client, upstream]) socket.setNoDelay(true).on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: ownPort } = server.address() as { port: number };
  return {
    uri: `mongodb://127.0.0.1:${ownPort}/?directConnection=true`,
    take: () => {
      const taken = counts;
      counts = new Map();
      return taken;
    },
    open,
    peak: () => ({ ...peak }),
    close: () => void server.close(),
  };
}
