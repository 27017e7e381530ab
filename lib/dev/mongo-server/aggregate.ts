import { Double } from 'bson';
import { type Doc, doc, firstName, type Value } from './bson-doc.ts';
import { fail, refuse } from './errors.ts';
import { compileExpression, type Variables } from './expression.ts';
import { parseFilter } from './filter.ts';
import { lookupStage } from './lookup.ts';
import { arithmetic, isNumeric, type Numeric, plain, wholeNumber } from './numbers.ts';
import { compare, type Maybe, sortKey } from './order.ts';
import { parseProjection } from './project.ts';
import { parseSort, sortBy } from './sort.ts';
import type { Collection } from './storage.ts';

export type Stage = (docs: Doc[]) => Doc[];

/** What a pipeline works on beside its own documents. */
export interface PipelineContext {
  variables: Variables;
  /** Another collection of the database; undefined where it is not there. */
  collection(name: string): Collection | undefined;
}

const stages: Readonly<Record<string, (spec: Value, context: PipelineContext) => Stage>> = {
  $match: matchStage,
  $sort: sortStage,
  $skip: (spec) => {
    const skip = wholeOf('$skip', spec, 5107200);
    return (docs) => docs.slice(skip);
  },
  $limit: (spec) => {
    const limit = wholeOf('$limit', spec, 5107201);
    if (limit === 0) fail(15958, 'the limit must be positive');
    return (docs) => docs.slice(0, limit);
  },
  $count: countStage,
  $project: projectStage,
  $group: groupStage,
  $lookup: lookupStage,
};

/** Makes a function of one stage of a pipeline. Stages that are not known here are refused by name. */
export function compileStage(stage: Doc, context: PipelineContext): Stage {
  if (stage.size !== 1) fail(40323, 'A pipeline stage specification object must contain exactly one field.');
  const name = firstName(stage);
  const compile = Object.hasOwn(stages, name) ? stages[name] : undefined;
  return compile ? compile(stage.get(name) as Value, context) : refuse(`the aggregation stage ${name}`);
}

function matchStage(spec: Value, { variables }: PipelineContext): Stage {
  if (!(spec instanceof Map)) return fail(15959, 'the match filter must be an expression in an object');
  const filter = parseFilter(spec, variables);
  return (docs) => docs.filter(filter.test);
}

function sortStage(spec: Value): Stage {
  if (!(spec instanceof Map)) return fail(15973, 'the $sort key specification must be an object');
  if (spec.size === 0) fail(15976, '$sort stage must have at least one sort key');
  const sort = parseSort(spec);
  return (docs) => sortBy(docs, sort, (item) => item);
}

function wholeOf(name: string, spec: Value, code: number): number {
  const number = plain(spec);
  if (Number.isInteger(number) && number >= 0) return number;
  return fail(code, `invalid argument to ${name} stage: Expected a non-negative integer`);
}

function countStage(spec: Value): Stage {
  if (typeof spec !== 'string' || spec === '')
    return fail(40156, 'the count field must be a non-empty string');
  if (spec.startsWith('$')) fail(40158, 'the count field cannot be a $-prefixed path');
  if (spec.includes('.')) fail(40160, "the count field cannot contain '.'");
  return (docs) => (docs.length === 0 ? [] : [doc({ [spec]: wholeNumber(docs.length) })]);
}

function projectStage(spec: Value): Stage {
  if (!(spec instanceof Map)) return fail(15969, '$project specification must be an object');
  const project = parseProjection(spec);
  if (!project)
    return fail(51272, 'Invalid $project :: projection specification must have at least one field');
  return (docs) => docs.map(project);
}

const accumulators: Readonly<Record<string, (values: Maybe[]) => Value>> = {
  $sum: (values) => values.filter(isNumeric).reduce<Numeric>(sum, 0),
  $min: (values) => best(values, -1),
  $max: (values) => best(values, 1),
  $first: (values) => values[0] ?? null,
  $last: (values) => values.at(-1) ?? null,
};

/** MongoDB adds fractions with more digits than a double has. */
function sum(total: Numeric, value: Numeric): Numeric {
  if (value instanceof Double && !Number.isSafeInteger(value.value)) refuse('$sum of fractions');
  return arithmetic('add', total, value) ?? refuse('$sum that overflows a long');
}

/** Null and absent values do not count, unless there is nothing else. */
function best(values: Maybe[], direction: 1 | -1): Value {
  let result: Maybe;
  for (const value of values) {
    if (value === undefined || value === null) continue;
    if (result === undefined || compare(value, result) * direction > 0) result = value;
  }
  return result ?? null;
}

function groupStage(spec: Value, { variables }: PipelineContext): Stage {
  if (!(spec instanceof Map)) return fail(15947, "a group's fields must be specified in an object");
  const id = spec.get('_id');
  if (id === undefined) return fail(15955, 'a group specification must include an _id');
  const idOf = compileExpression(id, variables);
  const fields = [...spec]
    .filter(([name]) => name !== '_id')
    .map(([name, value]) => {
      if (name.includes('.')) fail(40235, `The field name '${name}' cannot contain '.'`);
      if (!(value instanceof Map) || value.size !== 1)
        return fail(40234, `The field '${name}' must be an accumulator object`);
      const op = firstName(value);
      const accumulate = Object.hasOwn(accumulators, op) ? accumulators[op] : undefined;
      if (!accumulate) return refuse(`the accumulator ${op}`);
      return { name, evaluate: compileExpression(value.get(op) as Value, variables), accumulate };
    });
  return (docs) => {
    // Absent and null ids are one group.
    const groups = new Map<string, { id: Value; members: Doc[] }>();
    for (const item of docs) {
      const value = idOf(item) ?? null;
      const key = sortKey(value);
      if (!groups.has(key)) groups.set(key, { id: value, members: [] });
      groups.get(key)?.members.push(item);
    }
    return [...groups.values()].map(({ id: _id, members }) =>
      fields.reduce(
        (result, { name, evaluate, accumulate }) => result.set(name, accumulate(members.map(evaluate))),
        doc({ _id }),
      ),
    );
  };
}
