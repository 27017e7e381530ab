import { checkFields } from '../arguments.ts';
import { type Doc, doc, maxDocumentBytes } from '../bson-doc.ts';
import { refuse } from '../errors.ts';
import type { Context } from './context.ts';

/** A standalone: what needs a replica set (transactions, change streams) is not offered. */
export function hello(body: Doc, { connectionId }: Context): Doc {
  if (body.has('speculativeAuthenticate')) refuse('authentication');
  return doc({
    helloOk: true,
    ismaster: true,
    isWritablePrimary: true,
    maxBsonObjectSize: maxDocumentBytes,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: 30,
    connectionId,
    minWireVersion: 0,
    // 7.0's, whose manners the stand-in has.
    maxWireVersion: 21,
    readOnly: false,
  });
}

export function ping(body: Doc): Doc {
  checkFields(body, '');
  return doc({});
}

/** Sessions hold nothing here. */
export function endSessions(): Doc {
  return doc({});
}
