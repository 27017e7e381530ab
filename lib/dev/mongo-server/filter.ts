import { BSONRegExp } from 'bson';
import { type Doc, firstName, type Value } from './bson-doc.ts';
import { fail, refuse } from './errors.ts';
import { compileExpression, isTrue, type Variables } from './expression.ts';
import { leafTests } from './leaf-tests.ts';
import type { Maybe } from './order.ts';
import { visitPath } from './paths.ts';

/** A parsed query. What plans and upserts look into is kept beside the test itself. */
export interface Filter {
  kind: 'and' | 'or' | 'not' | 'expr' | 'leaf';
  children: Filter[];
  /** Only of a leaf: where it looks, by which operator, for what. */
  path?: string;
  op?: string;
  operand?: Value;
  /** Whether one value passes that is not spread into elements; for $elemMatch and $pull. */
  one(value: Maybe): boolean;
  test(doc: Doc): boolean;
}

/** Known to MongoDB, not to the stand-in; everything else that begins with $ is an error there too. */
const unsupported = new Set(
  `$where $text $jsonSchema $sampleRate $alwaysTrue $alwaysFalse $bitsAllSet $bitsAllClear $bitsAnySet $bitsAnyClear
  $ref $id $db $geoWithin $geoIntersects $near $nearSphere $within $geoNear $mod $rand`.split(/\s+/),
);

/**
 * Parses a query, with the variables that $expr may name; `null` where $expr is not allowed. Throws the server's
 * codes for what is malformed.
 */
export function parseFilter(query: Doc, variables: Variables | null = {}): Filter {
  const children: Filter[] = [];
  for (const [name, value] of query) {
    if (!name.startsWith('$')) children.push(...parseField(name, value));
    else if (['$and', '$or', '$nor'].includes(name)) children.push(parseLogical(name, value, variables));
    else if (name === '$expr') children.push(parseExpr(value, variables));
    else if (name !== '$comment') failOperator(name, 'unknown top level operator');
  }
  return all(children);
}

function failOperator(name: string, message: string): never {
  return unsupported.has(name) ? refuse(`the query operator ${name}`) : fail(2, `${message}: ${name}`);
}

function parseLogical(name: string, value: Value, variables: Variables | null): Filter {
  if (!Array.isArray(value)) fail(2, `${name} argument must be an array`);
  if (value.length === 0) fail(2, '$and/$or/$nor must be a nonempty array');
  const children = value.map((entry) =>
    entry instanceof Map
      ? parseFilter(entry, variables)
      : fail(2, '$or/$and/$nor entries need to be full objects'),
  );
  if (name === '$and') return all(children);
  const any = combine('or', children, (pass) => children.some(pass));
  return name === '$or' ? any : not(any);
}

function all(children: Filter[]): Filter {
  const [only, ...rest] = children;
  return only && rest.length === 0 ? only : combine('and', children, (pass) => children.every(pass));
}

function not(child: Filter): Filter {
  return combine('not', [child], (pass) => !pass(child));
}

type Decide = (pass: (child: Filter) => boolean) => boolean;

function combine(kind: Filter['kind'], children: Filter[], decide: Decide): Filter {
  return {
    kind,
    children,
    one: (value) => decide((child) => child.one(value)),
    test: (doc) => decide((child) => child.test(doc)),
  };
}

function parseExpr(value: Value, variables: Variables | null): Filter {
  if (!variables) return fail(2, '$expr can only be applied to the top-level document');
  const evaluate = compileExpression(value, variables);
  return { kind: 'expr', children: [], one: () => false, test: (doc) => isTrue(evaluate(doc)) };
}

function parseField(path: string, value: Value): Filter[] {
  if (value instanceof BSONRegExp) return [leaf(path, '$regex', value)];
  return isOperators(value) ? parseOperators(path, value) : [leaf(path, '$eq', value)];
}

/** Whether a value is `{$operator: ...}` and not a document to be equal to. */
export function isOperators(value: Value): value is Doc {
  return value instanceof Map && firstName(value).startsWith('$');
}

/** The conditions of `{$operator: operand, ...}` on one path. */
function parseOperators(path: string, operators: Doc): Filter[] {
  const filters: Filter[] = [];
  for (const [op, operand] of operators) {
    if (op === '$not') filters.push(not(parseNot(path, operand)));
    else if (op === '$ne' && operand instanceof BSONRegExp) fail(2, "Can't have regex as arg to $ne.");
    else if (op === '$ne' || op === '$nin')
      filters.push(not(leaf(path, op === '$ne' ? '$eq' : '$in', operand)));
    else if (op === '$all') filters.push(parseAll(path, operand));
    else if (op === '$elemMatch') filters.push(parseElemMatch(path, operand));
    else if (op === '$regex') filters.push(leaf(path, op, toRegex(operand, operators.get('$options'))));
    else if (op === '$exists' && !isTrue(operand)) filters.push(not(leaf(path, op, true)));
    else if (op !== '$options') filters.push(leaf(path, op, operand));
    else if (!operators.has('$regex')) fail(2, '$options needs a $regex');
  }
  return filters;
}

function toRegex(pattern: Value, options: Maybe): BSONRegExp {
  if (typeof pattern !== 'string' && !(pattern instanceof BSONRegExp)) {
    return fail(2, '$regex has to be a string');
  }
  const { pattern: source, options: own } = typeof pattern === 'string' ? { pattern, options: '' } : pattern;
  if (options !== undefined && typeof options !== 'string') return fail(2, '$options has to be a string');
  if (own && options !== undefined) fail(51074, 'options set in both $regex and $options');
  return new BSONRegExp(source, [...(options ?? own)].sort().join(''));
}

function parseNot(path: string, operand: Value): Filter {
  if (operand instanceof BSONRegExp) return leaf(path, '$regex', operand);
  if (!(operand instanceof Map)) return fail(2, '$not needs a regex or a document');
  if (operand.size === 0) return fail(2, '$not cannot be empty');
  return isOperators(operand)
    ? all(parseOperators(path, operand))
    : failOperator(firstName(operand), 'unknown operator');
}

function parseAll(path: string, operand: Value): Filter {
  if (!Array.isArray(operand)) return fail(2, '$all needs an array');
  const children = operand.map((entry) => {
    if (entry instanceof BSONRegExp) return leaf(path, '$regex', entry);
    if (!isOperators(entry)) return leaf(path, '$eq', entry);
    const elemMatch = entry.get('$elemMatch');
    if (entry.size > 1 || elemMatch === undefined) return fail(2, 'no $ expressions in $all');
    return parseElemMatch(path, elemMatch);
  });
  return combine('and', children, (pass) => children.length > 0 && children.every(pass));
}

function parseElemMatch(path: string, operand: Value): Filter {
  if (!(operand instanceof Map)) return fail(2, '$elemMatch needs an Object');
  const one = elementTest(operand);
  return leafOf(path, '$elemMatch', operand, false, (value) => Array.isArray(value) && value.some(one));
}

/** What $elemMatch asks of an element: that it passes operators, or is a document that matches a query. */
function elementTest(query: Doc): (element: Value) => boolean {
  if (isOperators(query) && !['$and', '$or', '$nor', '$expr', '$comment'].includes(firstName(query))) {
    return all(parseOperators('', query)).one;
  }
  const { test } = parseFilter(query, null);
  // A nested array is looked into as a document with positions for names.
  return (element) =>
    element instanceof Map
      ? test(element)
      : Array.isArray(element) && test(new Map(element.map((entry, at) => [String(at), entry])));
}

function leaf(path: string, op: string, operand: Value): Filter {
  const makeTest = Object.hasOwn(leafTests, op) ? leafTests[op] : undefined;
  if (!makeTest) return failOperator(op, 'unknown operator');
  return leafOf(path, op, operand, op !== '$size' && op !== '$exists', makeTest(operand));
}

function leafOf(path: string, op: string, operand: Value, spread: boolean, one: Filter['one']): Filter {
  const parts = path.split('.');
  const test = (doc: Doc) => visitPath(doc, parts, spread, one);
  return { kind: 'leaf', children: [], path, op, operand, one, test };
}
