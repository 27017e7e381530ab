import { type Doc, doc } from '../bson-doc.ts';
import type { Batch, Cursors } from '../cursors.ts';
import type { Storage } from '../storage.ts';

/** What a command works on. */
export interface Context {
  storage: Storage;
  cursors: Cursors;
  connectionId: number;
}

/** One command: throws a ServerError, or answers the fields of the reply beside `ok`. */
export type Command = (body: Doc, context: Context) => Doc;

/** The reply that hands out (a part of) a result. */
export function cursorReply(ns: string, name: 'firstBatch' | 'nextBatch', { items, id }: Batch): Doc {
  return doc({ cursor: doc({ [name]: items, id, ns }) });
}
