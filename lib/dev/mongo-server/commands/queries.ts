import { checkCollation, checkFields, docOf, docsOf, flagOf, numberOf, variablesOf } from '../arguments.ts';
import { type Doc, firstName } from '../bson-doc.ts';
import { fail } from '../errors.ts';
import type { Variables } from '../expression.ts';
import { parseFilter } from '../filter.ts';
import type { Query } from '../query.ts';
import { parseSort } from '../sort.ts';

/** What a find looks for. */
export function findQuery(body: Doc): Query {
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

/** What an aggregation begins with: a $match at the beginning can use an index. */
export function aggregateQuery(body: Doc, variables = variablesOf(body)): Query {
  checkFields(body, 'pipeline cursor hint let collation allowDiskUse bypassDocumentValidation', 'explain');
  checkCollation(body);
  const [first] = docsOf(body, 'pipeline');
  const isMatch = first !== undefined && firstName(first) === '$match';
  return {
    filter: parseFilter(isMatch ? docOf(first, '$match') : new Map(), variables),
    hint: body.get('hint'),
  };
}

/** What one statement of an update changes. */
export function updateQuery(statement: Doc, variables: Variables): Query {
  checkFields(statement, 'q u multi upsert hint collation', 'arrayFilters c', 'updates');
  checkCollation(statement);
  const filter = parseFilter(conditionsOf(statement), variables);
  return { filter, limit: flagOf(statement, 'multi') ? 0 : 1, hint: statement.get('hint') };
}

/** What one statement of a delete removes. */
export function deleteQuery(statement: Doc, variables: Variables): Query {
  checkFields(statement, 'q limit hint collation', '', 'deletes');
  checkCollation(statement);
  const limit = numberOf(statement, 'limit', 0, 1);
  if (limit === undefined)
    return fail(40414, "BSON field 'delete.deletes.limit' is missing but a required field");
  return { filter: parseFilter(conditionsOf(statement), variables), limit, hint: statement.get('hint') };
}

/** The one document that a findAndModify is about. */
export function modifyQuery(body: Doc, variables = variablesOf(body)): Query {
  checkFields(
    body,
    'query sort remove update new fields upsert hint let collation bypassDocumentValidation',
    'arrayFilters',
  );
  checkCollation(body);
  const filter = parseFilter(docOf(body, 'query'), variables);
  return { filter, sort: parseSort(body.get('sort') ?? undefined), limit: 1, hint: body.get('hint') };
}

/** A statement must say what it is about. */
function conditionsOf(statement: Doc): Doc {
  const conditions = statement.get('q');
  return conditions instanceof Map
    ? conditions
    : fail(40414, "BSON field 'q' is missing but a required field");
}
