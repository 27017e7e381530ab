import { checkFields, docOf, docsOf, flagOf, numberOf } from '../arguments.ts';
import { type Doc, firstName } from '../bson-doc.ts';
import { parseFilter } from '../filter.ts';
import type { Query } from '../query.ts';
import { parseSort } from '../sort.ts';

/** What a find looks for. */
export function findQuery(body: Doc): Query {
  checkFields(body, 'filter sort projection skip limit batchSize singleBatch');
  return {
    filter: parseFilter(docOf(body, 'filter')),
    sort: parseSort(body.get('sort')),
    skip: numberOf(body, 'skip', 0) ?? 0,
    limit: numberOf(body, 'limit', 0) ?? 0,
  };
}

/** What an aggregation begins with: a $match at the beginning can use an index. */
export function aggregateQuery(body: Doc): Query {
  checkFields(body, 'pipeline cursor');
  return { filter: parseFilter(firstMatch(body) ?? new Map()) };
}

/** The query of a pipeline that begins with one. */
export function firstMatch(body: Doc): Doc | undefined {
  const [first] = docsOf(body, 'pipeline');
  return first && firstName(first) === '$match' ? docOf(first, '$match') : undefined;
}

/** What one statement of an update changes. */
export function updateQuery(statement: Doc): Query {
  checkFields(statement, 'q u multi upsert', 'updates');
  return { filter: parseFilter(docOf(statement, 'q')), limit: flagOf(statement, 'multi') ? 0 : 1 };
}

/** What one statement of a delete removes. */
export function deleteQuery(statement: Doc): Query {
  checkFields(statement, 'q limit', 'deletes');
  return { filter: parseFilter(docOf(statement, 'q')), limit: numberOf(statement, 'limit', 0) ?? 0 };
}

/** The one document that a findAndModify is about. */
export function modifyQuery(body: Doc): Query {
  checkFields(body, 'query update new upsert');
  return { filter: parseFilter(docOf(body, 'query')), limit: 1 };
}
