import { decode, encode, type SourceMapMappings } from '@jridgewell/sourcemap-codec';
import { parse } from 'acorn';
import type { OutputFile, Plugin } from 'esbuild';

/**
 * Has V8 compile the modules of a bundle while it reads the file. esbuild makes of each CommonJS module a function, and V8
 * reads a function twice: once for where it ends, and again when it is called. One in parentheses it takes for one that is
 * called at once, and compiles it at the first reading. That is an eighth of an import.
 */
export const compileAtOnce: Plugin = {
  name: 'compile-at-once',
  setup(build) {
    build.onEnd(({ outputFiles = [] }) => {
      for (const bundle of outputFiles.filter(({ path }) => path.endsWith('.mjs'))) {
        const code = bundle.text;
        const added = parenthesesOf(code);
        replace(bundle, withParentheses(code, added));
        const map = outputFiles.find(({ path }) => path === `${bundle.path}.map`);
        if (map) replace(map, shifted(map.text, code, added));
      }
    });
  },
};

interface Parenthesis {
  at: number;
  text: '(' | ')';
}

/** Where they go, in order: `x = wrap((exports, module) => …)` at the top of the bundle, and nothing else. */
function parenthesesOf(code: string): Parenthesis[] {
  const { body } = parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  return body
    .flatMap((statement) => (statement.type === 'VariableDeclaration' ? statement.declarations : []))
    .flatMap(({ init }) =>
      init?.type === 'CallExpression' && init.arguments.length === 1 ? init.arguments : [],
    )
    .filter(({ type }) => type === 'ArrowFunctionExpression')
    .flatMap(({ start, end }) => [
      { at: start, text: '(' },
      { at: end, text: ')' },
    ]);
}

function withParentheses(code: string, added: readonly Parenthesis[]): string {
  const parts = added.map(({ at, text }, index) => code.slice(added[index - 1]?.at ?? 0, at) + text);
  return parts.join('') + code.slice(added.at(-1)?.at ?? 0);
}

/** The source map of the code with what is added. */
function shifted(map: string, code: string, added: readonly Parenthesis[]): string {
  const content = JSON.parse(map) as { mappings: string };
  let lineStart = 0;
  let passed = 0;
  const lineLengths = code.split('\n').map((line) => line.length + 1);
  const mappings: SourceMapMappings = decode(content.mappings).map((segments, line) => {
    let onLine = 0;
    for (const segment of segments) {
      while ((added[passed]?.at ?? Number.POSITIVE_INFINITY) <= lineStart + segment[0]) {
        passed += 1;
        onLine += 1;
      }
      segment[0] += onLine;
    }
    lineStart += lineLengths[line] ?? 0;
    while ((added[passed]?.at ?? Number.POSITIVE_INFINITY) < lineStart) passed += 1;
    return segments;
  });
  return JSON.stringify({ ...content, mappings: encode(mappings) });
}

function replace(file: OutputFile, text: string): void {
  const contents = Buffer.from(text);
  Object.defineProperties(file, { contents: { value: contents }, text: { value: text } });
}
