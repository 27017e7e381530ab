import type { Knex } from 'knex';
import { type CommandStartedEvent, type CommandSucceededEvent, type Document, MongoClient } from 'mongodb';
import { shapes } from './sql-documents.ts';

/** One command that the driver sent; a statement of SQL by the name that MongoDB has for what it does. */
export interface SentCommand {
  /** As the server calls it: `find`, `insert`, `update`, `delete`, `findAndModify`, `createIndexes`. */
  name: string;
  /** Undefined for commands about no collection, such as `ping`. */
  collection: string | undefined;
  command: Document;
  /** What the server answered; undefined as long as it has not, and where the command failed. */
  reply: Document | undefined;
}

/** What was sent since the watch began, or since the last `clear`. */
export interface CommandWatch {
  readonly sent: readonly SentCommand[];
  /** `collection.command` of each, in order; a handshake and the end of its driver sessions are not among them. */
  names(): string[];
  /** Those about one collection, of one name if given. */
  of(collection: string, name?: string): SentCommand[];
  /** Inserts, updates and deletes of one collection, or of all. */
  writes(collection?: string): SentCommand[];
  /** How many documents of a collection were really inserted, changed or deleted. */
  written(collection: string): number;
  clear(): void;
}

const handshake = new Set(['hello', 'isMaster', 'ismaster', 'saslStart', 'saslContinue', 'authenticate']);
const writing = new Set(['insert', 'update', 'delete', 'findAndModify', 'bulkWrite']);

/** What is watched: a client of MongoDB made with `{ monitorCommands: true }`, or an instance, whatever its store. */
export type Watched = MongoClient | { readonly link: object };

/** Watches what is sent to the database. */
export function watchCommands(watched: Watched): CommandWatch {
  const sent: SentCommand[] = [];
  const client = watched instanceof MongoClient ? watched : (watched.link as Client).client();
  if (client instanceof MongoClient) watchMongo(client, sent);
  else watchSql(client, sent);
  const writes = (collection?: string) =>
    sent.filter(
      (each) => writing.has(each.name) && (collection === undefined || each.collection === collection),
    );
  return {
    sent,
    names: () =>
      sent.map(({ collection, name }) => (collection === undefined ? name : `${collection}.${name}`)),
    of: (collection, name) =>
      sent.filter((each) => each.collection === collection && (name === undefined || each.name === name)),
    writes,
    written: (collection) => {
      const counts = writes(collection).map(({ reply }) => Number(reply?.nModified ?? reply?.n ?? 0));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    clear: () => {
      sent.length = 0;
    },
  };
}

/** True for a command that inserts what it does not find. */
export function isUpsert({ command }: SentCommand): boolean {
  if (typeof command.sql === 'string') return /on conflict|on duplicate key/.test(command.sql);
  const updates: Document[] = command.updates ?? [];
  return command.upsert === true || updates.some(({ upsert }) => upsert === true);
}

interface Client {
  client(): MongoClient | Knex;
}

function watchMongo(client: MongoClient, sent: SentCommand[]): void {
  if (!client.options.monitorCommands) throw new Error('the client was made without monitorCommands');
  const pending = new Map<number, SentCommand>();
  client.on('commandStarted', ({ commandName: name, command, requestId }: CommandStartedEvent) => {
    if (handshake.has(name) || name === 'endSessions') return;
    const about: unknown = name === 'getMore' ? command.collection : command[name];
    const collection = typeof about === 'string' ? about : undefined;
    const each: SentCommand = { name, collection, command, reply: undefined };
    sent.push(each);
    pending.set(requestId, each);
  });
  client.on('commandSucceeded', ({ requestId, reply }: CommandSucceededEvent) => {
    const each = pending.get(requestId);
    if (each) each.reply = reply as Document;
    pending.delete(requestId);
  });
}

interface SentStatement {
  sql: string;
  bindings: unknown[];
  __knexQueryUid: string;
}

function watchSql(knex: Knex, sent: SentCommand[]): void {
  const pending = new Map<string, SentCommand>();
  knex.on('query', ({ sql, bindings, __knexQueryUid }: SentStatement) => {
    const each: SentCommand = { ...asCommand(sql), command: { sql, bindings }, reply: undefined };
    sent.push(each);
    pending.set(__knexQueryUid, each);
  });
  knex.on('query-response', (response: unknown, { __knexQueryUid }: SentStatement) => {
    const each = pending.get(__knexQueryUid);
    if (each) each.reply = { ok: 1, n: countOf(response) };
    pending.delete(__knexQueryUid);
  });
}

/** What MongoDB would be asked instead, as far as verb and table tell. */
function asCommand(sql: string): { name: string; collection: string | undefined } {
  const whole = sql.replace(/\s+/g, ' ').replaceAll(/["`]/g, '');
  // What it reads of another table beside its own.
  const text = whole.replace(/, \(select .*\) as \w+/i, '');
  const [, table = ''] =
    /^(?:select .*? from|insert (?:ignore )?into|update|delete from) (\w+)/i.exec(text) ?? [];
  const [verb = ''] = text.toLowerCase().split(' ', 1);
  const collection = Object.entries(shapes).find(([, shape]) => shape.table === table)?.[0] ?? table;
  if (verb === 'select') return { name: text === whole ? 'find' : 'aggregate', collection };
  if (verb === 'insert' && table === 'limits') return { name: 'findAndModify', collection };
  const isUpsert = /on conflict \(\w+\) do update|on duplicate key update/.test(text);
  return { name: isUpsert ? 'update' : verb, collection };
}

function countOf(response: unknown): number {
  if (typeof response === 'number') return response;
  const { rowCount, changes } = (Array.isArray(response) ? (response[0] ?? {}) : (response ?? {})) as {
    rowCount?: number;
    changes?: number;
  };
  const { affectedRows } = (Array.isArray(response) ? (response[0] ?? {}) : {}) as { affectedRows?: number };
  return rowCount ?? changes ?? affectedRows ?? 1;
}
