import { type Doc, doc, type Value } from '../bson-doc.ts';
import { fail, refuse } from '../errors.ts';
import { isTrue } from '../expression.ts';
import { plain } from '../numbers.ts';
import { isEqual } from '../order.ts';

/** Options that MongoDB knows and the stand-in does not. */
const unsupported =
  `partialFilterExpression collation weights default_language language_override textIndexVersion bits min
  max 2dsphereIndexVersion wildcardProjection hidden prepareUnique storageEngine clustered`.split(/\s+/);

/** Checks one entry of createIndexes, and gives it the form in which listIndexes answers it. */
export function indexSpec(given: Doc): Doc {
  const key = given.get('key');
  const name = given.get('name');
  if (!(key instanceof Map) || key.size === 0) return fail(67, 'Index keys cannot be empty.');
  if (typeof name !== 'string' || name === '')
    return fail(9, "The 'name' field is a required property of an index");
  for (const [field, direction] of key) checkKey(field, direction);
  if (
    isEqual(key, doc({ _id: 1 })) &&
    [...given.keys()].some((option) => !['v', 'key', 'name'].includes(option))
  ) {
    fail(197, 'an _id index takes no options');
  }
  const spec = doc({ v: 2, key, name });
  for (const [option, value] of given) {
    // In the background or not, no one sees an index half built.
    if (['key', 'name', 'background'].includes(option)) continue;
    if (option === 'v' && plain(value) !== 2) refuse('index versions other than 2');
    else if (option === 'expireAfterSeconds') spec.set(option, checkedExpiry(key, value));
    else if (option === 'unique' || option === 'sparse') {
      if (typeof value !== 'boolean' && Number.isNaN(plain(value)))
        fail(14, `'${option}' is not convertible to bool`);
      if (isTrue(value)) spec.set(option, true);
    } else if (unsupported.includes(option)) {
      if (value !== false) refuse(`the index option ${option}`);
    } else if (option !== 'v') fail(197, `The field '${option}' is not valid for an index specification.`);
  }
  return spec;
}

function checkKey(field: string, direction: Value): void {
  if (typeof direction === 'string') refuse(`indexes of the type ${direction}`);
  if (!(Math.abs(plain(direction)) > 0))
    fail(67, 'Values in v:2 index key pattern must be numbers != 0 or strings');
  if (Math.abs(plain(direction)) !== 1) refuse('index directions other than 1 and -1');
  if (field.split('.').includes('')) fail(67, 'Index keys cannot contain an empty field.');
  if (field.includes('$')) refuse(`an index on ${field}`);
}

function checkedExpiry(key: Doc, value: Value): Value {
  const seconds = plain(value);
  if (!(seconds >= 0 && seconds < 2 ** 31))
    fail(67, "TTL index 'expireAfterSeconds' must be a number from 0 to 2147483647");
  if (key.size > 1) fail(67, 'TTL indexes are single-field indexes, compound indexes do not support TTL.');
  return value;
}
