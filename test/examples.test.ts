import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { compileErrors } from './support/compile-errors.ts';

const root = resolve(import.meta.dirname, '..');

/** What a service of one's own is built with. */
const doors = ['httpHandler', 'authorizerHandler', 'jsonApp', 'pageApp', 'implement', 'requireUser'];

interface Example {
  /** The function that it stands above. */
  of: string;
  code: string;
}

/** Every `@example` in a source. */
function examplesIn(file: string): Example[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  return source.statements.flatMap((statement) => {
    const name = (statement as { name?: ts.Identifier }).name?.text ?? file;
    return ts
      .getJSDocTags(statement)
      .filter(({ tagName }) => tagName.text === 'example')
      .map(({ comment }) => ({ of: name, code: withoutFence(ts.getTextOfJSDocComment(comment) ?? '') }));
  });
}

/** @throws Error for an example that is no block of TypeScript: nobody would see whether it compiles. */
function withoutFence(comment: string): string {
  const code = /^\s*```ts\n(.*)\n```\s*$/s.exec(comment)?.[1];
  if (code === undefined) throw new Error(`not a block of \`\`\`ts: ${comment}`);
  return code;
}

const sources = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' });
const examples = sources
  .filter((file) => /\.tsx?$/.test(file))
  .flatMap((file) => examplesIn(join(root, 'lib', file)));

/** What TypeScript finds wrong with each text as if it were a file in handlers/. */
function errorsOf(texts: readonly string[]): string[][] {
  const files = new Map(texts.map((text, at) => [`handlers/example-${at}.ts`, text]));
  return [...compileErrors(files).values()];
}

describe('the examples beside functions', () => {
  test('are there for what a service of one’s own is built with', () => {
    const named = new Set(examples.map((example) => example.of));

    expect(doors.filter((door) => !named.has(door))).toEqual([]);
    for (const { of, code } of examples) expect(code, of).toContain(of);
  });

  test('compile as they stand, and not where they ask for what is not there', () => {
    const mistaken = examples.map(({ of, code }) => code.replaceAll(of, `${of}OfNobody`));

    const errors = errorsOf([...examples.map(({ code }) => code), ...mistaken]);

    expect(examples.map(({ of }, at) => [of, errors[at]])).toEqual(examples.map(({ of }) => [of, []]));
    for (const found of errors.slice(examples.length)) expect(found).not.toEqual([]);
  });
});
