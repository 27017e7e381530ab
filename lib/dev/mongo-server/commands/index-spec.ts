import { type Doc, doc, type Value } from '../bson-doc.ts';
import { refuse } from '../errors.ts';
import { isTrue, plain } from '../numbers.ts';
import { isEqual } from '../order.ts';

/** Checks one entry of createIndexes, and gives it the form in which listIndexes answers it. */
export function indexSpec(given: Doc): Doc {
  const key = given.get('key');
  const name = given.get('name');
  if (!(key instanceof Map) || key.size === 0 || typeof name !== 'string')
    return refuse('an index without key or name');
  for (const [field, direction] of key) checkKey(field, direction);
  const spec = doc({ v: 2, key, name });
  for (const [option, value] of given) {
    // In the background or not, no one sees an index half built.
    if (['key', 'name', 'background'].includes(option)) continue;
    if (option === 'expireAfterSeconds') spec.set(option, checkedExpiry(key, value));
    else if (option === 'partialFilterExpression') spec.set(option, checkedPartial(value));
    else if (option !== 'unique' && option !== 'sparse') refuse(`the index option ${option}`);
    else if (isTrue(value)) spec.set(option, true);
  }
  return spec;
}

function checkKey(field: string, direction: Value): void {
  if (typeof direction === 'string') refuse(`indexes of the type ${direction}`);
  if (Math.abs(plain(direction)) !== 1) refuse('index directions other than 1 and -1');
  if (field.includes('$') || field.split('.').includes('')) refuse(`an index on ${field}`);
}

/** Of those who have a field, and of nothing else. */
function checkedPartial(value: Value): Value {
  const [[field = '', condition] = [], ...more] = value instanceof Map ? value : [];
  const isExistence = condition instanceof Map && isEqual(condition, doc({ $exists: true }));
  if (!isExistence || more.length > 0 || field.startsWith('$'))
    refuse('a partialFilterExpression other than { field: { $exists: true } }');
  return value;
}

function checkedExpiry(key: Doc, value: Value): Value {
  const seconds = plain(value);
  if (key.size > 1 || !(seconds >= 0 && seconds < 2 ** 31))
    refuse(`expireAfterSeconds ${seconds} of ${key.size} fields`);
  return value;
}
