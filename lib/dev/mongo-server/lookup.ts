import { checkFields } from './arguments.ts';
import { doc, type Value } from './bson-doc.ts';
import { fail, refuse } from './errors.ts';
import { parseFilter } from './filter.ts';
import { findDocs } from './query.ts';
import type { PipelineContext, Stage } from './stage.ts';

/** Joins by `_id` of another collection, which is all that is known here of $lookup. */
export function lookupStage(spec: Value, { collection }: PipelineContext): Stage {
  if (!(spec instanceof Map)) return fail(9, 'the $lookup specification must be an object');
  checkFields(spec, 'from localField foreignField as', '$lookup');
  const [from = '', localField = '', foreignField, as = ''] = [
    'from',
    'localField',
    'foreignField',
    'as',
  ].map((name) => fieldOf(spec.get(name), name));
  if (foreignField !== '_id') refuse(`$lookup by ${foreignField}`);
  return (docs) =>
    docs.map((item) => {
      const value = item.get(localField) ?? null;
      if (Array.isArray(value)) refuse('$lookup by an array');
      const filter = parseFilter(doc({ _id: doc({ $eq: value }) }));
      const found = findDocs(collection(from), { filter });
      return new Map([...item, [as, found.map((each) => each.doc)]]);
    });
}

function fieldOf(value: Value | undefined, name: string): string {
  if (typeof value !== 'string') return fail(9, `$lookup argument '${name}' must be a string`);
  return value.includes('.') && name !== 'from' ? refuse(`a path for ${name} of $lookup`) : value;
}
