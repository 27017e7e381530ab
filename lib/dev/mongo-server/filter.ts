import { BSONRegExp } from 'bson';
import { type Doc, firstName, type Maybe, type Value } from './bson-doc.ts';
import { refuse } from './errors.ts';
import { leafTests } from './leaf-tests.ts';
import { isTrue } from './numbers.ts';

/** A parsed query. What plans and upserts look into is kept beside the test itself. */
export interface Filter {
  kind: 'and' | 'or' | 'not' | 'leaf';
  children: Filter[];
  /** Only of a leaf: where it looks, by which operator, for what. */
  path?: string;
  op?: string;
  operand?: Value;
  test(doc: Doc): boolean;
}

/** Parses a query; operators that are not known here are refused by name. */
export function parseFilter(query: Doc): Filter {
  return all(
    [...query].flatMap(([name, value]) =>
      name.startsWith('$') ? parseLogical(name, value) : parseField(name, value),
    ),
  );
}

function parseLogical(name: string, value: Value): Filter {
  if (!['$and', '$or', '$nor'].includes(name)) refuse(`the query operator ${name}`);
  if (!Array.isArray(value) || value.length === 0) return refuse(`${name} of anything but a list of queries`);
  const children = value.map((entry) =>
    entry instanceof Map ? parseFilter(entry) : refuse(`${name} of anything but a list of queries`),
  );
  if (name === '$and') return all(children);
  const any: Filter = { kind: 'or', children, test: (doc) => children.some((child) => child.test(doc)) };
  return name === '$or' ? any : not(any);
}

function all(children: Filter[]): Filter {
  const [only, ...rest] = children;
  if (only && rest.length === 0) return only;
  return { kind: 'and', children, test: (doc) => children.every((child) => child.test(doc)) };
}

function not(child: Filter): Filter {
  return { kind: 'not', children: [child], test: (doc) => !child.test(doc) };
}

function parseField(path: string, value: Value): Filter[] {
  if (!(value instanceof Map) || !firstName(value).startsWith('$')) return [leaf(path, '$eq', value)];
  return [...value].map(([op, operand]) => {
    if (op === '$ne') return not(leaf(path, '$eq', operand));
    if (op === '$exists' && !isTrue(operand)) return not(leaf(path, op, true));
    return leaf(path, op, operand);
  });
}

function leaf(path: string, op: string, operand: Value): Filter {
  const makeTest = Object.hasOwn(leafTests, op) ? leafTests[op] : undefined;
  if (!makeTest) return refuse(`the query operator ${op}`);
  if (operand instanceof BSONRegExp) refuse('a regular expression in a query');
  const parts = path.split('.');
  const test = makeTest(operand);
  return { kind: 'leaf', children: [], path, op, operand, test: (doc) => meets(doc, parts, test) };
}

/**
 * Whether a value that a query on `parts` sees in `doc` passes. As in MongoDB, an absent field is `undefined`, the
 * documents of an array on the way are all looked into, and of an array at the end the elements and the whole.
 */
function meets(doc: Doc, parts: readonly string[], test: (value: Maybe) => boolean): boolean {
  const [part = '', ...rest] = parts;
  const value = doc.get(part);
  if (rest.length === 0) return test(value) || (Array.isArray(value) && value.some(test));
  if (value instanceof Map) return meets(value, rest, test);
  if (!Array.isArray(value)) return test(undefined);
  if (/^\d+$/.test(rest[0] ?? '')) refuse('a position in an array in a query');
  return value.some((element) => element instanceof Map && meets(element, rest, test));
}
