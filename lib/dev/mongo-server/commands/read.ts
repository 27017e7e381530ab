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
import { type Execution, findDocs, type Query } from '../query.ts';
import { parseSort } from '../sort.ts';
import { type Context, cursorReply } from './context.ts';

const firstBatchSize = 101;

function findQuery(body: Doc): Query {
  // The last ones of the known say how to work, not what to answer.
  checkFields(
    body,
    'filter sort projection skip limit batchSize singleBatch hint let collation allowDiskUse allowPartialResults noCursorTimeout',
    'max min returnKey showRecordId tailable awaitData oplogReplay',
  );
  checkCollation(body);
  return {
    filter: parseFilter(docOf(body, 'filter'), variablesOf(body)),
    sort: parseSort(body.get('sort')),
    skip: numberOf(body, 'skip', 0) ?? 0,
    limit: numberOf(body, 'limit', 0) ?? 0,
    hint: body.get('hint'),
  };
}

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
  checkFields(body, 'pipeline cursor hint let collation allowDiskUse bypassDocumentValidation', 'explain');
  checkCollation(body);
  if (typeof body.get('aggregate') !== 'string') refuse('aggregation without a collection');
  const ns = namespaceOf(body);
  if (!body.has('cursor'))
    fail(9, "The 'cursor' option is required, except for aggregate with the explain argument");
  const cursor = docOf(body, 'cursor');
  checkFields(cursor, 'batchSize', '', 'cursor');
  const size = numberOf(cursor, 'batchSize', 0) ?? firstBatchSize;
  const variables = variablesOf(body);
  const pipeline = docsOf(body, 'pipeline');
  const stages = pipeline.map((stage) => compileStage(stage, variables));
  // A $match at the beginning can use an index.
  const [first] = pipeline;
  const isMatch = first !== undefined && firstName(first) === '$match';
  const filter = parseFilter(isMatch ? docOf(first, '$match') : new Map(), variables);
  const found = findDocs(storage.collections.get(ns), { filter, hint: body.get('hint') });
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

/** Only of a find: which documents it looks at, and by which index. */
export function explain(body: Doc, { storage }: Context): Doc {
  checkFields(body, 'verbosity');
  const inner = docOf(body, 'explain');
  if (firstName(inner) !== 'find') refuse(`explain of ${firstName(inner)}`);
  const namespace = namespaceOf(new Map([...inner, ['$db', databaseOf(body)]]));
  const execution: Execution = { plan: undefined, keys: 0, docs: 0 };
  const found = findDocs(storage.collections.get(namespace), findQuery(inner), execution);
  const index = execution.plan?.index;
  const winningPlan = index
    ? doc({
        stage: 'FETCH',
        inputStage: doc({ stage: 'IXSCAN', indexName: index.name, keyPattern: index.spec.get('key') }),
      })
    : doc({ stage: execution.plan ? 'COLLSCAN' : 'EOF' });
  const executionStats = doc({
    executionSuccess: true,
    nReturned: found.length,
    totalKeysExamined: execution.keys,
    totalDocsExamined: execution.docs,
  });
  return doc({
    queryPlanner: doc({ namespace, winningPlan, rejectedPlans: [] }),
    executionStats: body.get('verbosity') === 'queryPlanner' ? undefined : executionStats,
  });
}
