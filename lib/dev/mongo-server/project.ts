import { type Doc, firstName, type Value } from './bson-doc.ts';
import { fail, refuse } from './errors.ts';
import { isTrue } from './expression.ts';
import { isNumeric } from './numbers.ts';
import type { Maybe } from './order.ts';

/** Field by field what a projection names: everything below, or a part of it. */
type Tree = Map<string, true | Tree>;

/** Makes a function of a projection that includes or excludes fields; none where it changes nothing. */
export function parseProjection(spec: Maybe): ((doc: Doc) => Doc) | undefined {
  if (spec === undefined || (spec instanceof Map && spec.size === 0)) return undefined;
  if (!(spec instanceof Map))
    return fail(14, `BSON field 'projection' is the wrong type, expected type 'object'`);
  const fields = [...leavesOf(spec, '')];
  const id = fields.find(([path]) => path === '_id')?.[1];
  const others = fields.filter(([path]) => path !== '_id');
  // Alone, _id says which of the two a projection is.
  const inclusive = others[0]?.[1] ?? id ?? false;
  const tree: Tree = new Map();
  for (const [path, wanted] of others) {
    if (inclusive && !wanted) fail(31254, `Cannot do exclusion on field ${path} in inclusion projection`);
    if (!inclusive && wanted) fail(31253, `Cannot do inclusion on field ${path} in exclusion projection`);
    addPath(tree, path.split('.'));
  }
  if ((id ?? true) === inclusive) tree.set('_id', true);
  return inclusive ? (doc) => include(doc, tree) : (doc) => exclude(doc, tree);
}

/** `{a: {b: 1}}` means `{'a.b': 1}`; what would compute something is refused. */
function* leavesOf(spec: Doc, prefix: string): Iterable<[path: string, wanted: boolean]> {
  for (const [name, value] of spec) {
    const path = prefix + name;
    const parts = path.split('.');
    if (parts.includes(''))
      fail(name === '' ? 40352 : 15998, 'FieldPath field names may not be empty strings.');
    if (parts.some((part) => part.startsWith('$')) || path.startsWith('_id.'))
      refuse(`the projection of ${path}`);
    if (typeof value === 'boolean' || isNumeric(value)) yield [path, isTrue(value)];
    else if (!(value instanceof Map)) refuse(`computing ${path} in a projection`);
    else if (firstName(value).startsWith('$')) refuse(`${firstName(value)} in a projection`);
    else if (value.size > 0) yield* leavesOf(value, `${path}.`);
    else fail(51270, `An empty sub-projection is not a valid value. Found empty object at path ${path}`);
  }
}

function addPath(tree: Tree, parts: string[]): void {
  const path = parts.join('.');
  let node = tree;
  for (const [at, part] of parts.entries()) {
    const next = node.get(part);
    if (at === parts.length - 1) {
      if (next) fail(31250, `Path collision at ${path}`);
      node.set(part, true);
    } else if (next === true) {
      fail(31249, `Path collision at ${path} remaining portion ${parts.slice(at + 1).join('.')}`);
    } else {
      const child = next ?? new Map();
      node.set(part, child);
      node = child;
    }
  }
}

function include(doc: Doc, tree: Tree): Doc {
  const result: Doc = new Map();
  for (const [name, value] of doc) {
    const wanted = tree.get(name);
    const part = wanted === true ? value : wanted && includeBelow(value, wanted);
    if (part !== undefined) result.set(name, part);
  }
  return result;
}

/** Of an array the documents (and arrays) are kept, in part; other values are not what the path names. */
function includeBelow(value: Value, tree: Tree): Maybe {
  if (value instanceof Map) return include(value, tree);
  if (!Array.isArray(value)) return undefined;
  return value.map((element) => includeBelow(element, tree)).filter((element) => element !== undefined);
}

function exclude(doc: Doc, tree: Tree): Doc {
  const result: Doc = new Map();
  for (const [name, value] of doc) {
    const unwanted = tree.get(name);
    if (unwanted !== true) result.set(name, unwanted ? excludeBelow(value, unwanted) : value);
  }
  return result;
}

function excludeBelow(value: Value, tree: Tree): Value {
  if (value instanceof Map) return exclude(value, tree);
  return Array.isArray(value) ? value.map((element) => excludeBelow(element, tree)) : value;
}
