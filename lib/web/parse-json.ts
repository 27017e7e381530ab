import { Problem } from '../base/problem.ts';

/** Deepest nesting of objects and lists that is read. */
const deepest = 32;

/**
 * Parses a JSON body strictly: UTF-8, no name twice in one object (RFC 7493), at most 32 levels deep.
 *
 * Of a repeated name parsers keep the first or the last; what a check in front of this one saw may be the other.
 *
 * @throws {Problem} 400 `malformed_body`.
 */
export function parseJson(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the body, so it goes nowhere.
    throw malformed('The body is not valid JSON.');
  }
  checkStructure(text);
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed('The body is not valid UTF-8.');
  }
}

/** In valid JSON: a string with the colon that makes it a name, or a bracket. */
const tokens = /("(?:[^"\\]|\\.)*")(\s*:)?|[[\]{}]/g;

function checkStructure(text: string): void {
  const open: Set<string>[] = [];
  for (const [token, string, colon] of text.matchAll(tokens)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (string !== undefined && colon !== undefined) addName(open.at(-1), JSON.parse(string));
    if (open.length > deepest) throw malformed(`The body is nested deeper than ${deepest} levels.`);
  }
}

function addName(names: Set<string> | undefined, name: string): void {
  if (names?.has(name)) throw malformed('The body has the same name twice in one object.');
  names?.add(name);
}

function malformed(detail: string): Problem {
  return new Problem('malformed_body', detail);
}
