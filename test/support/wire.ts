import { deserialize, serialize } from 'bson';

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

/** A message that answers a command. */
export function replyTo(requestId: number, reply: Record<string, unknown>): Buffer {
  const document = serialize(reply);
  const head = Buffer.alloc(commandAt);
  head.writeInt32LE(commandAt + document.length, 0);
  head.writeInt32LE(requestId, 8);
  head.writeInt32LE(opMsg, 12);
  return Buffer.concat([head, document]);
}
