import { compileStage } from '../aggregate.ts';
import {
  checkFields,
  databaseOf,
  docOf,
  docsOf,
  flagOf,
  namespaceOf,
  numberOf,
  textOf,
} from '../arguments.ts';
import { type Doc, doc } from '../bson-doc.ts';
import { fail } from '../errors.ts';
import { parseProjection } from '../project.ts';
import { findDocs } from '../query.ts';
import { type Context, cursorReply } from './context.ts';
import { aggregateQuery, findQuery, firstMatch } from './queries.ts';

const firstBatchSize = 101;

export function find(body: Doc, { storage, cursors }: Context): Doc {
  const ns = namespaceOf(body);
  const query = findQuery(body);
  const project = parseProjection(body.get('projection'));
  const size = numberOf(body, 'batchSize', 0) ?? firstBatchSize;
  const found = findDocs(storage.collections.get(ns), query).map((each) => each.doc);
  const results = project ? found.map(project) : found;
  return cursorReply(ns, 'firstBatch', cursors.open(ns, results, size, !flagOf(body, 'singleBatch')));
}

export function getMore(body: Doc, { cursors }: Context): Doc {
  checkFields(body, 'collection batchSize');
  const ns = `${databaseOf(body)}.${textOf(body, 'collection')}`;
  const id = body.get('getMore');
  const size = numberOf(body, 'batchSize', 0) || Number.POSITIVE_INFINITY;
  return cursorReply(ns, 'nextBatch', cursors.next(ns, typeof id === 'bigint' ? id : -1n, size));
}

/** Drivers send it for a cursor that is not read to its end. */
export function killCursors(body: Doc, { cursors }: Context): Doc {
  checkFields(body, 'cursors');
  const ns = `${databaseOf(body)}.${textOf(body, 'killCursors')}`;
  const ids = body.get('cursors');
  if (!Array.isArray(ids)) return fail(14, "BSON field 'cursors' is the wrong type, expected type 'array'");
  const cursorsKilled = ids.filter((id) => typeof id === 'bigint' && cursors.kill(ns, id));
  const cursorsNotFound = ids.filter((id) => !cursorsKilled.includes(id));
  return doc({ cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [] });
}

export function aggregate(body: Doc, { storage, cursors }: Context): Doc {
  const query = aggregateQuery(body);
  const ns = namespaceOf(body);
  const cursor = docOf(body, 'cursor');
  checkFields(cursor, 'batchSize', 'cursor');
  const size = numberOf(cursor, 'batchSize', 0) ?? firstBatchSize;
  const collection = (name: string) => storage.collections.get(namespaceOf(body, name));
  const stages = docsOf(body, 'pipeline').map((stage) => compileStage(stage, { collection }));
  const found = findDocs(storage.collections.get(ns), query).map((each) => each.doc);
  const results = stages.slice(firstMatch(body) ? 1 : 0).reduce((docs, stage) => stage(docs), found);
  return cursorReply(ns, 'firstBatch', cursors.open(ns, results, size));
}

/** Of all documents, as a driver estimates them: by a query they are counted in an aggregation. */
export function count(body: Doc, { storage }: Context): Doc {
  checkFields(body, '');
  return doc({ n: storage.collections.get(namespaceOf(body))?.docs.size ?? 0 });
}
