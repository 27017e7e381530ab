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

export function buildInfo(body: Doc): Doc {
  checkFields(body, '');
  const version = { version: '7.0.0', versionArray: [7, 0, 0, 0], gitVersion: 'development stand-in' };
  return doc({ ...version, modules: [], bits: 64, debug: false, maxBsonObjectSize: maxDocumentBytes });
}

/** Sessions hold nothing here, so beginning, keeping and ending them is all one. */
export function sessions(): Doc {
  return doc({});
}
