import { readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** Folders of what is made or fetched. */
const made = ['node_modules', 'dist', '.git', '.serverless', '.data', '.screenshots'];

/** A piece of code that a document shows. */
export interface Example {
  /** The document. */
  path: string;
  /** The file that it is of: named in the line before it, else one beside the document. */
  file: string;
  language: string;
  code: string;
}

const block = /^( *)```(\w*)\n(.*?)\n\1```$/gms;

/** The files of the repository in a folder, by their paths from its root, with `/`. */
export function repositoryFiles(folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !made.includes(entry.name))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? repositoryFiles(path) : [path];
    })
    .sort();
}

/** Every document of the repository, by its path. */
export function documentPaths(): string[] {
  return repositoryFiles().filter((path) => path.endsWith('.md'));
}

/** A document's text without its blocks of code. */
export function withoutBlocks(text: string): string {
  return text.replace(block, '');
}

/** Every block of code of a document that says its language. */
export function examplesIn(path: string, text: string): Example[] {
  return [...text.matchAll(block)]
    .map((match, at) => {
      const [, indent = '', language = '', code = ''] = match;
      const before = text.slice(0, match.index).trimEnd();
      const [, named] = /\n *`([\w./-]+\.tsx?)`:$/.exec(before) ?? [];
      return {
        path,
        file: named ?? join(dirname(path), `example-${at}.ts`),
        language,
        code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      };
    })
    .filter(({ language }) => language !== '');
}
