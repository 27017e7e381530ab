import { serialize } from 'bson';
import { type Doc, decode, firstName, type Value } from './bson-doc.ts';
import { fail } from './errors.ts';

const opCodes = { reply: 1, query: 2004, msg: 2013 };
const headerBytes = 16;
const moreToCome = 2;
/** What the server takes, and a little more. */
const maxMessageBytes = 48_000_000 + 16_384;

/** One request: its command, which may turn out unreadable, and how to frame the answer, if one is wanted. */
export interface Request {
  read(): Doc;
  frame: ((reply: Doc) => Buffer) | undefined;
}

/** Cuts a stream of bytes into messages. Throws where one cannot begin so, as where the client speaks TLS. */
export function messageSplitter(): (chunk: Buffer) => Buffer[] {
  let waiting: Buffer[] = [];
  let wanted = headerBytes;
  let size = 0;
  return (chunk) => {
    waiting.push(chunk);
    size += chunk.length;
    if (size < wanted) return [];
    let rest = Buffer.concat(waiting);
    const messages: Buffer[] = [];
    for (wanted = headerBytes; rest.length >= wanted; ) {
      const length = rest.readInt32LE(0);
      if (length < headerBytes || length > maxMessageBytes) throw new Error(`a message of ${length} bytes`);
      const opCode = rest.readInt32LE(12);
      if (!Object.values(opCodes).includes(opCode)) throw new Error(`a message with opcode ${opCode}`);
      wanted = length;
      if (rest.length < length) break;
      messages.push(rest.subarray(0, length));
      rest = rest.subarray(length);
      wanted = headerBytes;
    }
    waiting = [rest];
    size = rest.length;
    return messages;
  };
}

/** Reads OP_MSG, and OP_QUERY as far as it says hello. Throws where it is neither. */
export function parseMessage(message: Buffer): Request {
  const id = message.readInt32LE(4);
  const opCode = message.readInt32LE(12);
  if (opCode === opCodes.query) {
    // Flags, cursor, offset and count of an OP_REPLY.
    return {
      read: () => readQuery(message),
      frame: (reply) => frame(opCodes.reply, id, [8, 0, 0, 0, 1], reply),
    };
  }
  const flags = message.readUInt32LE(headerBytes);
  // The upper half is optional to know.
  if (opCode !== opCodes.msg || flags & 0xffff & ~moreToCome)
    throw new Error(`a message with opcode ${opCode} and flags ${flags}`);
  return {
    read: () => readSections(message),
    frame: flags & moreToCome ? undefined : (reply) => frame(opCodes.msg, id, [0], reply),
  };
}

function readSections(message: Buffer): Doc {
  let body: Doc | undefined;
  const sequences: Doc = new Map();
  for (let at = headerBytes + 4; at < message.length; ) {
    const length = message.readInt32LE(at + 1);
    if (length < 5 || at + 1 + length > message.length) fail(22, `a message section of ${length} bytes`);
    if (message[at] === 0) body = decode(message, at + 1);
    else if (message[at] === 1) readSequence(message, at + 1, sequences);
    else fail(2, `a message section of kind ${message[at]}`);
    at += 1 + length;
  }
  if (!body) return fail(2, 'a message without a body');
  for (const [name, docs] of sequences) body.set(name, docs);
  return body;
}

function readSequence(message: Buffer, start: number, sequences: Doc): void {
  const end = start + message.readInt32LE(start);
  const nameEnd = message.indexOf(0, start + 4);
  const docs: Value[] = [];
  for (let at = nameEnd + 1; at < end; at += message.readInt32LE(at)) docs.push(decode(message, at));
  sequences.set(message.toString('utf8', start + 4, nameEnd), docs);
}

function readQuery(message: Buffer): Doc {
  const nameEnd = message.indexOf(0, headerBytes + 4);
  const body = decode(message, nameEnd + 9);
  if (!['hello', 'ismaster', 'isMaster'].includes(firstName(body))) {
    fail(352, `Unsupported OP_QUERY command: ${firstName(body)}. The client driver may require an upgrade.`);
  }
  return body.set('$db', message.toString('utf8', headerBytes + 4, nameEnd).replace(/\.\$cmd$/, ''));
}

function frame(opCode: number, responseTo: number, prefix: number[], reply: Doc): Buffer {
  const doc = serialize(reply) as Buffer;
  // In an OP_MSG the section of kind 0 follows the flags.
  const kind = opCode === opCodes.msg ? 1 : 0;
  const head = Buffer.alloc(headerBytes + prefix.length * 4 + kind);
  for (const [at, field] of [head.length + doc.length, 0, responseTo, opCode, ...prefix].entries()) {
    head.writeInt32LE(field, at * 4);
  }
  return Buffer.concat([head, doc]);
}
