import { type Document, deserialize, serialize } from 'bson';

const opMsg = 2013;
/** Bytes of a message's header: length, request id, id answered to, operation. */
const headerBytes = 16;
/** Flags and the kind of the first section stand between the header and the command. */
const commandAt = headerBytes + 5;

/** The command that one message of MongoDB's wire protocol carries, or undefined for anything else. */
export function commandOf(bytes: Buffer): { name: string; requestId: number } | undefined {
  if (bytes.length <= commandAt || bytes.readInt32LE(12) !== opMsg) return undefined;
  const length = bytes.readInt32LE(commandAt);
  const [name] = Object.keys(deserialize(bytes.subarray(commandAt, commandAt + length)));
  return name === undefined ? undefined : { name, requestId: bytes.readInt32LE(4) };
}

/** A whole message of the protocol: the documents beside the command stand in it under their name. */
export function readMessage(
  bytes: Buffer,
): { body: Document; requestId: number; answers: number } | undefined {
  if (bytes.length <= commandAt || bytes.readInt32LE(12) !== opMsg) return undefined;
  const body: Document = {};
  for (let at = commandAt - 1; at < bytes.length; at += 1 + bytes.readInt32LE(at + 1)) {
    if (bytes[at] === 0) Object.assign(body, documentAt(bytes, at + 1));
    else Object.assign(body, sequenceAt(bytes, at + 1));
  }
  return { body, requestId: bytes.readInt32LE(4), answers: bytes.readInt32LE(8) };
}

function documentAt(bytes: Buffer, at: number): Document {
  return deserialize(bytes.subarray(at, at + bytes.readInt32LE(at)));
}

function sequenceAt(bytes: Buffer, at: number): Document {
  const nameEnd = bytes.indexOf(0, at + 4);
  const documents: Document[] = [];
  for (let next = nameEnd + 1; next < at + bytes.readInt32LE(at); next += bytes.readInt32LE(next))
    documents.push(documentAt(bytes, next));
  return { [bytes.toString('utf8', at + 4, nameEnd)]: documents };
}

/** A message that answers a command. */
export function replyTo(requestId: number, reply: Record<string, unknown>): Buffer {
  const document = serialize(reply);
  const head = Buffer.alloc(commandAt);
  head.writeInt32LE(commandAt + document.length, 0);
  head.writeInt32LE(requestId, 8);
  head.writeInt32LE(opMsg, 12);
  return Buffer.concat([head, document]);
}
