import { serialize } from 'bson';
import { type Doc, doc, type Value } from './bson-doc.ts';

/** Documents that are bytes already; only the batch of a cursor in a reply is one. */
export class RawList {
  readonly items: Buffer[];

  constructor(items: Buffer[]) {
    this.items = items;
  }
}

/** Writes a reply as BSON, and the batch of its cursor as it is stored. */
export function encodeReply(reply: Doc): Buffer {
  const cursor = reply.get('cursor');
  if (!(cursor instanceof Map)) return serialize(reply) as Buffer;
  const batch = [...cursor].map(([name, value]) =>
    (value as unknown) instanceof RawList ? rawElement(name, value as unknown as RawList) : bare(name, value),
  );
  const rest = [...reply].map(([name, value]) =>
    name === 'cursor' ? element(3, name, [wrap(batch)]) : bare(name, value),
  );
  return wrap(rest);
}

function rawElement(name: string, { items }: RawList): Buffer {
  return element(4, name, [wrap(items.map((item, at) => element(3, String(at), [item])))]);
}

/** One element: the document that holds only it, without length and end. */
function bare(name: string, value: Value): Buffer {
  return (serialize(doc({ [name]: value })) as Buffer).subarray(4, -1);
}

function element(type: number, name: string, content: Buffer[]): Buffer {
  return Buffer.concat([Buffer.from([type]), Buffer.from(`${name}\0`), ...content]);
}

function wrap(elements: Buffer[]): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(4), ...elements, Buffer.alloc(1)]);
  bytes.writeInt32LE(bytes.length, 0);
  return bytes;
}
