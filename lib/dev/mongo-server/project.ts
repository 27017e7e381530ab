import type { Doc, Maybe, Value } from './bson-doc.ts';
import { refuse } from './errors.ts';
import { isNumeric, isTrue } from './numbers.ts';

/** Field by field what a projection names: everything below, or a part of it. */
type Tree = Map<string, true | Tree>;

/** Makes a function of a projection that names the fields to have, `_id` always among them; none of an empty one. */
export function parseProjection(spec: Maybe): ((doc: Doc) => Doc) | undefined {
  if (spec === undefined || (spec instanceof Map && spec.size === 0)) return undefined;
  if (!(spec instanceof Map)) return refuse('a projection that is no document');
  const tree: Tree = new Map([['_id', true]]);
  for (const [path, wanted] of spec) {
    if ((!isNumeric(wanted) && wanted !== true) || !isTrue(wanted))
      refuse(`a projection that does not name ${path} to have it`);
    if (path.includes('$')) refuse(`the projection of ${path}`);
    if (path !== '_id') addPath(tree, path);
  }
  return (doc) => include(doc, tree);
}

function addPath(tree: Tree, path: string): void {
  const parts = path.split('.');
  const last = parts.pop() ?? '';
  let node = tree;
  for (const part of parts) {
    const child = node.get(part) ?? new Map();
    if (child === true) refuse(`the projection of ${path} and of what it is a part of`);
    node.set(part, child);
    node = child as Tree;
  }
  if (node.has(last)) refuse(`the projection of ${path} and of a part of it`);
  node.set(last, true);
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

/** Of a value that is no document nothing below is named. */
function includeBelow(value: Value, tree: Tree): Maybe {
  if (Array.isArray(value)) return refuse('the projection of a part of an array');
  return value instanceof Map ? include(value, tree) : undefined;
}
