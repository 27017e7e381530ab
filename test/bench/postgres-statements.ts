import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Target } from '../support/proxy.ts';
import { isWrite, type Statements } from './statements.ts';

/** A proxy before a PostgreSQL that counts what instances ask of it; without TLS. */
export interface CountingPostgresProxy {
  port: number;
  /** Counts since the last call. */
  take(): Statements;
  close(): void;
}

const nothing = (): Statements => ({ roundTrips: 0, writes: 0 });

export async function startCountingPostgresProxy(target: Target): Promise<CountingPostgresProxy> {
  let counts = nothing();
  const server = createServer((client) => {
    const upstream = connect(target);
    let rest: Buffer = Buffer.alloc(0);
    // The first message of a connection has no type: it says who wants to sign in.
    let typeBytes = 0;
    client.on('data', (bytes) => {
      upstream.write(bytes);
      rest = Buffer.concat([rest, bytes]);
      while (rest.length >= typeBytes + 4 && rest.length >= typeBytes + rest.readInt32BE(typeBytes)) {
        const end = typeBytes + rest.readInt32BE(typeBytes);
        if (typeBytes === 1) count(String.fromCharCode(rest[0] ?? 0), rest.subarray(5, end));
        typeBytes = 1;
        rest = rest.subarray(end);
      }
    });
    upstream.on('data', (bytes) => client.write(bytes));
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    for (const socket of [client, upstream]) socket.setNoDelay(true).on('error', () => undefined);
  });

  /** By Query and by Sync a client asks for an answer; the statement is in Query, or in Parse after its name. */
  function count(type: string, body: Buffer): void {
    if (type === 'Q' || type === 'S') counts.roundTrips += 1;
    if (type !== 'Q' && type !== 'P') return;
    const sql = type === 'Q' ? body : body.subarray(body.indexOf(0) + 1);
    if (isWrite(sql.toString())) counts.writes += 1;
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    port,
    take: () => {
      const taken = counts;
      counts = nothing();
      return taken;
    },
    close: () => void server.close(),
  };
}
