import { checkFields, databaseOf, docOf, docsOf, namespaceOf, textOf } from '../arguments.ts';
import { type Doc, doc, firstName } from '../bson-doc.ts';
import { refuse } from '../errors.ts';
import type { Plan } from '../plan.ts';
import { type Execution, findDocs, type Query } from '../query.ts';
import type { Context } from './context.ts';
import { aggregateQuery, deleteQuery, findQuery, modifyQuery, updateQuery } from './queries.ts';

const explained: Readonly<Record<string, (body: Doc) => Query>> = {
  find: findQuery,
  aggregate: aggregateQuery,
  update: (body) => updateQuery(onlyStatement(body, 'updates')),
  delete: (body) => deleteQuery(onlyStatement(body, 'deletes')),
  findAndModify: modifyQuery,
};

/**
 * By which index a command finds its documents, and how many it looks at: it looks for them as the command itself
 * does, and counts. It changes nothing.
 */
export function explain(body: Doc, { storage }: Context): Doc {
  checkFields(body, 'verbosity');
  // Of the plans that were not chosen nothing is known: none of them is tried.
  const verbosity = textOf(body, 'verbosity');
  if (verbosity !== 'executionStats') refuse(`the verbosity ${verbosity} of explain`);
  const inner = docOf(body, 'explain');
  const name = firstName(inner);
  const queryOf = Object.hasOwn(explained, name) ? explained[name] : undefined;
  if (!queryOf) return refuse(`explain of ${name}`);
  const namespace = namespaceOf(new Map([...inner, ['$db', databaseOf(body)]]));
  const execution: Execution = { plan: undefined, keys: 0, docs: 0 };
  const found = findDocs(storage.collections.get(namespace), queryOf(inner), execution);
  const executionStats = doc({
    executionSuccess: true,
    // As on the server: an update and a delete hand out nothing.
    nReturned: name === 'update' || name === 'delete' ? 0 : found.length,
    totalKeysExamined: execution.keys,
    totalDocsExamined: execution.docs,
  });
  const told = doc({
    queryPlanner: doc({ namespace, winningPlan: planOf(execution.plan), rejectedPlans: [] }),
    executionStats,
  });
  // Of a pipeline it is the first stage, by which the documents come in.
  return name === 'aggregate' ? doc({ stages: [doc({ $cursor: told })] }) : told;
}

function planOf(plan: Plan | undefined): Doc {
  if (!plan?.index) return doc({ stage: plan ? 'COLLSCAN' : 'EOF' });
  const { name: indexName, spec } = plan.index;
  return doc({
    stage: 'FETCH',
    inputStage: doc({ stage: 'IXSCAN', indexName, keyPattern: spec.get('key') }),
  });
}

function onlyStatement(body: Doc, field: string): Doc {
  checkFields(body, `${field} ordered`);
  const [statement, ...more] = docsOf(body, field);
  return statement && more.length === 0 ? statement : refuse('explain of several statements at once');
}
