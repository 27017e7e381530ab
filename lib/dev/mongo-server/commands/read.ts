import { compileStage } from '../aggregate.ts';
import {
  checkCollation,
  checkFields,
  databaseOf,
  docOf,
  docsOf,
  flagOf,
  namespaceOf,
  numberOf,
  textOf,
  variablesOf,
} from '../arguments.ts';
import { type Doc, doc, encode, firstName, type Value } from '../bson-doc.ts';
import { fail, refuse } from '../errors.ts';
import { parseFilter } from '../filter.ts';
import { wholeNumber } from '../numbers.ts';
import { compareKeys, sortKey } from '../order.ts';
import { isIndex, visitPath } from '../paths.ts';
import { parseProjection } from '../project.ts';
import { findDocs } from '../query.ts';
import { type Context, cursorReply } from './context.ts';
import { aggregateQuery, findQuery } from './queries.ts';

const firstBatchSize = 101;

export function find(body: Doc, { storage, cursors }: Context): Doc {
  const ns = namespaceOf(body);
  const query = findQuery(body);
  const project = parseProjection(body.get('projection'));
  const size = numberOf(body, 'batchSize', 0) ?? firstBatchSize;
  const found = findDocs(storage.collections.get(ns), query);
  const results = found.map(({ stored, doc: document }) =>
    project ? encode(project(document)) : stored.bytes,
  );
  return cursorReply(ns, 'firstBatch', cursors.open(ns, results, size, !flagOf(body, 'singleBatch')));
}

export function getMore(body: Doc, { storage, cursors }: Context): Doc {
  checkFields(body, 'collection batchSize', 'term lastKnownCommittedOpTime');
  const ns = `${databaseOf(body)}.${textOf(body, 'collection')}`;
  const id = body.get('getMore');
  if (typeof id !== 'bigint') return fail(14, "BSON field 'getMore' is the wrong type, expected type 'long'");
  const size = numberOf(body, 'batchSize', 0) || Number.POSITIVE_INFINITY;
  const batch = cursors.next(ns, id, size);
  if (!ns.includes('.$cmd.') && !storage.collections.has(ns)) {
    cursors.kill(ns, id);
    fail(175, `collection dropped: ${ns}`);
  }
  return cursorReply(ns, 'nextBatch', batch);
}

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
  const variables = variablesOf(body);
  const query = aggregateQuery(body, variables);
  if (typeof body.get('aggregate') !== 'string') refuse('aggregation without a collection');
  const ns = namespaceOf(body);
  if (!body.has('cursor'))
    fail(9, "The 'cursor' option is required, except for aggregate with the explain argument");
  const cursor = docOf(body, 'cursor');
  checkFields(cursor, 'batchSize', '', 'cursor');
  const size = numberOf(cursor, 'batchSize', 0) ?? firstBatchSize;
  const pipeline = docsOf(body, 'pipeline');
  const collection = (name: string) => storage.collections.get(namespaceOf(body, name));
  const stages = pipeline.map((stage) => compileStage(stage, { variables, collection }));
  const [first] = pipeline;
  const isMatch = first !== undefined && firstName(first) === '$match';
  const found = findDocs(storage.collections.get(ns), query);
  const results = stages
    .slice(isMatch ? 1 : 0)
    .reduce(
      (docs, stage) => stage(docs),
      found.map(({ doc: document }) => document),
    )
    .map((document) => encode(document));
  return cursorReply(ns, 'firstBatch', cursors.open(ns, results, size));
}

export function count(body: Doc, { storage }: Context): Doc {
  checkFields(body, 'query limit skip hint collation', 'fields');
  checkCollation(body);
  const collection = storage.collections.get(namespaceOf(body));
  const query = docOf(body, 'query');
  const skip = numberOf(body, 'skip', 0) ?? 0;
  // As on the server, a negative limit is a limit.
  const limit = Math.abs(numberOf(body, 'limit', -(2 ** 53)) ?? 0);
  const hint = body.get('hint');
  const isPlain = query.size + skip + limit === 0 && hint === undefined;
  const n = isPlain
    ? (collection?.docs.size ?? 0)
    : findDocs(collection, { filter: parseFilter(query), skip, limit, hint }).length;
  return doc({ n: wholeNumber(n) });
}

export function distinct(body: Doc, { storage }: Context): Doc {
  checkFields(body, 'key query collation hint');
  checkCollation(body);
  const parts = textOf(body, 'key').split('.');
  if (parts.some(isIndex)) refuse('positions in an array for distinct');
  const query = { filter: parseFilter(docOf(body, 'query')), hint: body.get('hint') };
  const values = new Map<string, Value>();
  for (const { doc: document } of findDocs(storage.collections.get(namespaceOf(body)), query)) {
    visitPath(document, parts, false, (value) => {
      for (const item of Array.isArray(value) ? value : [value]) {
        if (item !== undefined) values.set(sortKey(item), item);
      }
      return false;
    });
  }
  return doc({ values: [...values].sort(([a], [b]) => compareKeys(a, b)).map(([, value]) => value) });
}
