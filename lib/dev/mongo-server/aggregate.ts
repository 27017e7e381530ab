import { type Doc, doc, firstName, type Value } from './bson-doc.ts';
import { refuse } from './errors.ts';
import { parseFilter } from './filter.ts';
import { lookupStage } from './lookup.ts';
import { plain } from './numbers.ts';
import type { PipelineContext, Stage } from './stage.ts';

const stages: Readonly<Record<string, (spec: Value, context: PipelineContext) => Stage>> = {
  $match: matchStage,
  $limit: limitStage,
  $group: countStage,
  $lookup: lookupStage,
};

/** Makes a function of one stage of a pipeline. Stages that are not known here are refused by name. */
export function compileStage(stage: Doc, context: PipelineContext): Stage {
  const name = firstName(stage);
  const compile = Object.hasOwn(stages, name) && stage.size === 1 ? stages[name] : undefined;
  return compile ? compile(stage.get(name) as Value, context) : refuse(`the aggregation stage ${name}`);
}

function matchStage(spec: Value): Stage {
  if (!(spec instanceof Map)) return refuse('$match by anything but a query');
  const filter = parseFilter(spec);
  return (docs) => docs.filter(filter.test);
}

function limitStage(spec: Value): Stage {
  const limit = plain(spec);
  if (!Number.isInteger(limit) || limit < 1) return refuse(`$limit of ${limit}`);
  return (docs) => docs.slice(0, limit);
}

/** `{_id: 1, n: {$sum: 1}}`: how drivers count documents. */
function countStage(spec: Value): Stage {
  const [[idName, id] = [], [name = '', counter] = [], ...more] = spec instanceof Map ? spec : [];
  const isCount = counter instanceof Map && counter.size === 1 && counter.get('$sum') === 1;
  if (idName !== '_id' || typeof id !== 'number' || !isCount || more.length > 0)
    return refuse('$group but for counting all');
  return (docs) => (docs.length === 0 ? [] : [doc({ _id: id, [name]: docs.length })]);
}
