import type { CommandStartedEvent, CommandSucceededEvent, Document, MongoClient } from 'mongodb';

/** One command that the driver sent. */
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

/** Watches what a client sends; it must have been made with `{ monitorCommands: true }`. */
export function watchCommands(client: MongoClient): CommandWatch {
  if (!client.options.monitorCommands) throw new Error('the client was made without monitorCommands');
  const sent: SentCommand[] = [];
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
