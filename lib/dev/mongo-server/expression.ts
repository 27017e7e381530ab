import { type Doc, firstName, type Value } from './bson-doc.ts';
import { fail, refuse } from './errors.ts';
import { isNumeric, plain } from './numbers.ts';
import { compare, type Maybe } from './order.ts';

/** What `$$name` stands for: the `let` of the command, and NOW. */
export type Variables = Readonly<Record<string, Value>>;
export type Evaluate = (doc: Doc) => Maybe;

/** Whether MongoDB takes a value for true: everything but false, null, absent and zero. */
export function isTrue(value: Maybe): boolean {
  if (isNumeric(value)) return plain(value) !== 0;
  return value !== undefined && value !== null && value !== false;
}

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  $eq: (order) => order === 0,
  $ne: (order) => order !== 0,
  $lt: (order) => order < 0,
  $lte: (order) => order <= 0,
  $gt: (order) => order > 0,
  $gte: (order) => order >= 0,
};

/** Makes a function of an aggregation expression; all but paths, constants, comparisons and logic is refused. */
export function compileExpression(expression: Value, variables: Variables): Evaluate {
  if (typeof expression === 'string' && expression.startsWith('$')) return fieldPath(expression, variables);
  if (Array.isArray(expression)) return refuse('an array as an expression');
  if (!(expression instanceof Map)) return () => expression;
  const name = firstName(expression);
  if (expression.size !== 1 || !name.startsWith('$')) return refuse('a document as an expression');
  const operand = expression.get(name) as Value;
  if (name === '$literal') return () => operand;
  const holds = Object.hasOwn(comparisons, name) ? comparisons[name] : undefined;
  if (!holds && !['$and', '$or', '$not'].includes(name)) refuse(`the expression ${name}`);
  const parts = (Array.isArray(operand) ? operand : [operand]).map((part) =>
    compileExpression(part, variables),
  );
  const isPart = (doc: Doc) => (part: Evaluate) => isTrue(part(doc));
  if (name === '$and') return (doc) => parts.every(isPart(doc));
  if (name === '$or') return (doc) => parts.some(isPart(doc));
  const [a, b] = parts;
  if (!a || (holds ? !b || parts.length > 2 : b)) {
    return fail(
      16020,
      `Expression ${name} takes ${holds ? 2 : 1} arguments. ${parts.length} were passed in.`,
    );
  }
  return holds && b ? (doc) => holds(compare(a(doc), b(doc))) : (doc) => !isTrue(a(doc));
}

function fieldPath(expression: string, variables: Variables): Evaluate {
  const [first = '', ...rest] = expression.split('.');
  if (first.length < 2 || rest.includes('')) fail(15998, 'FieldPath field names may not be empty strings.');
  if (!first.startsWith('$$')) return (doc) => follow(doc, [first.slice(1), ...rest]);
  const name = first.slice(2);
  if (name === 'ROOT' || name === 'CURRENT') return (doc) => follow(doc, rest);
  const value = variables[name];
  if (value !== undefined) return () => follow(value, rest);
  return /^[A-Z]/.test(name)
    ? refuse(`the variable ${first}`)
    : fail(17276, `Use of undefined variable: ${name}`);
}

/** Arrays on the way give an array of what their documents have; positions are not looked at. */
function follow(value: Maybe, parts: readonly string[]): Maybe {
  const [part, ...rest] = parts;
  if (part === undefined) return value;
  if (value instanceof Map) return follow(value.get(part), rest);
  if (!Array.isArray(value)) return undefined;
  const found = value.map((element) => (element instanceof Map ? follow(element, parts) : undefined));
  return found.filter((item) => item !== undefined);
}
