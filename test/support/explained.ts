import { once } from 'node:events';
import { createServer, connect as openSocket, type Socket } from 'node:net';
import { type Db, type Document, MongoClient } from 'mongodb';
import { messageSplitter } from '../../lib/dev/mongo-server/wire.ts';
import { proxiedBy } from './proxied.ts';
import type { Target } from './proxy.ts';
import { readMessage } from './wire.ts';

/** A query that an instance sent, and what the server says it takes. */
export interface ExplainedQuery {
  /** As the server calls it: `find`, `aggregate`, `update`, `delete`, `findAndModify`. */
  command: string;
  collection: string;
  filter: Document;
  docsExamined: number;
  keysExamined: number;
  /** Documents found and handed out, or changed, inserted or removed. */
  returned: number;
  /** How many documents the collection held of the user whom the filter names; 0 where it names none. */
  ofUser: number;
}

/** A database behind a proxy that has every query explained by the server, just before it is run. */
export interface ExplainedDatabase {
  /** For an instance. */
  database: { uri: string; name: string };
  /** Those since the start, or since the last `clear`, in order. */
  readonly queries: readonly ExplainedQuery[];
  clear(): void;
  close(): Promise<void>;
}

const explained = new Set(['find', 'aggregate', 'update', 'delete', 'findAndModify', 'count', 'distinct']);

/** What a command says of itself and not of what it looks for. */
const aboutTheCommand = new Set(
  `lsid $db txnNumber $clusterTime maxTimeMS readConcern writeConcern $readPreference
  apiVersion apiStrict apiDeprecationErrors`.split(/\s+/),
);

/**
 * Explains what an instance asks: the server is asked about each query while the documents are as the query will
 * find them.
 *
 * @returns undefined where that cannot be: a server without `explain`, or TLS, through which the proxy sees nothing.
 */
export async function explaining(database: {
  uri: string;
  name: string;
}): Promise<ExplainedDatabase | undefined> {
  const client = new MongoClient(database.uri);
  const db = client.db(database.name);
  const queries: ExplainedQuery[] = [];
  const behind = await proxiedBy((target) => startExplainingProxy(target, db, queries), database);
  const close = async () => {
    behind.proxy.close();
    await client.close();
  };
  if (!behind.readable || !(await canExplain(db))) {
    await close();
    return undefined;
  }
  return { database: behind.database, queries, clear: () => void queries.splice(0), close };
}

async function canExplain(db: Db): Promise<boolean> {
  try {
    await explain(db, { find: 'users', filter: {} });
    return true;
  } catch (error) {
    if ((error as { code?: number }).code === 59) return false;
    throw error;
  }
}

async function startExplainingProxy(target: Target, db: Db, queries: ExplainedQuery[]) {
  const sockets = new Set<Socket>();
  const listener = createServer((client) => {
    const server = openSocket(target);
    const asked = new Map<number, ExplainedQuery>();
    const [fromClient, fromServer] = [messageSplitter(), messageSplitter()];
    let turn = Promise.resolve();
    client.on('data', (bytes) => {
      for (const message of fromClient(bytes)) {
        turn = turn
          .then(() => ask(message, asked))
          .then(
            () => void server.write(message),
            // Without its explanation it must not pass unseen: the instance loses its connection, the test fails.
            (error) => void client.destroy(console.error('explaining failed:', error) ?? undefined),
          );
      }
    });
    server.on('data', (bytes) => {
      for (const message of fromServer(bytes)) hear(message, asked);
      client.write(bytes);
    });
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.setNoDelay(true).on('error', () => undefined);
    }
  });

  async function ask(message: Buffer, asked: Map<number, ExplainedQuery>): Promise<void> {
    const { body = {}, requestId = 0 } = readMessage(message) ?? {};
    const [command = ''] = Object.keys(body);
    if (!explained.has(command) || body.$db !== db.databaseName) return;
    const query = await explainedQuery(db, command, body);
    queries.push(query);
    asked.set(requestId, query);
  }

  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as { port: number }).port,
    close: () => {
      listener.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** What a write has changed and how much an aggregation hands out, only the reply says. */
function hear(message: Buffer, asked: Map<number, ExplainedQuery>): void {
  const { body, answers = 0 } = readMessage(message) ?? {};
  const query = asked.get(answers);
  asked.delete(answers);
  if (!body || !query) return;
  if (query.command === 'findAndModify') query.returned = Number(body.lastErrorObject?.n ?? 0);
  if (query.command === 'aggregate') query.returned = body.cursor?.firstBatch.length ?? 0;
  if (query.command === 'update' || query.command === 'delete') query.returned = Number(body.n ?? 0);
}

async function explainedQuery(db: Db, command: string, body: Document): Promise<ExplainedQuery> {
  const asked = Object.fromEntries(Object.entries(body).filter(([name]) => !aboutTheCommand.has(name)));
  const filter = filterOf(asked);
  const collection = String(asked[command]);
  const { totalDocsExamined, totalKeysExamined, nReturned } = await explain(db, asked);
  const { userId } = filter;
  return {
    command,
    collection,
    filter,
    docsExamined: totalDocsExamined,
    keysExamined: totalKeysExamined,
    returned: nReturned,
    ofUser: typeof userId === 'string' ? await db.collection(collection).countDocuments({ userId }) : 0,
  };
}

function filterOf(body: Document): Document {
  const [statement] = body.updates ?? body.deletes ?? [];
  return body.filter ?? body.query ?? statement?.q ?? body.pipeline?.[0]?.$match ?? {};
}

/** What a command would have to look at, by the server's own count. */
async function explain(db: Db, command: Document): Promise<Document> {
  const told = await db.command({ explain: command, verbosity: 'executionStats' });
  // Of a pipeline that a server does not run as one query, it tells how the documents come in.
  const stats = told.executionStats ?? told.stages?.[0]?.$cursor?.executionStats;
  if (!stats) throw new Error(`the server explains no execution: ${JSON.stringify(told)}`);
  return stats;
}
