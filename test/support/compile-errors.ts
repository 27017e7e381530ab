import { join, resolve } from 'node:path';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '../..');

/**
 * What TypeScript finds wrong with files that are not there, by our own rules and with a browser's globals.
 *
 * @param files texts by path from the repository's root; they find what is there, and each other.
 * @returns messages by path.
 */
export function compileErrors(files: ReadonlyMap<string, string>): Map<string, string[]> {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options: ours } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root);
  const options = { ...ours, lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'] };
  const texts = new Map([...files].map(([path, text]) => [join(root, path), text]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, directoryExists, getSourceFile } = host;
  const folders = [...texts.keys()].map((file) => file.slice(0, file.lastIndexOf('/')));
  Object.assign(host, {
    fileExists: (file: string) => texts.has(file) || fileExists(file),
    readFile: (file: string) => texts.get(file) ?? readFile(file),
    directoryExists: (folder: string) => folders.includes(folder) || directoryExists?.(folder) === true,
    getSourceFile: (file: string, ...rest: [ts.ScriptTarget, ...never[]]) => {
      const text = texts.get(file);
      return text === undefined
        ? getSourceFile(file, ...rest)
        : ts.createSourceFile(file, text, rest[0], true);
    },
  } satisfies Partial<ts.CompilerHost>);
  const declarations = ts.sys.readDirectory(join(root, 'lib'), ['.d.ts']);
  const program = ts.createProgram([...texts.keys(), ...declarations], options, host);
  return new Map(
    [...files.keys()].map((path) => [
      path,
      ts
        .getPreEmitDiagnostics(program, program.getSourceFile(join(root, path)))
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
    ]),
  );
}
