import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { everyNeed } from '../lib/base/config.ts';
import { variablesOf } from '../lib/base/read-settings.ts';
import { problemTable } from '../lib/flows/problems.ts';
import { documentPaths, examplesIn, repositoryFiles, withoutBlocks } from './support/documents.ts';

const root = resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const documents = documentPaths().map((path) => ({ path, text: read(path) }));

/** What a document says in code, outside of blocks: `like this`. */
function codeIn(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/(`+)(.+?)\1/g)].map(([, , code = '']) => code.trim());
}

/** The anchors of a document's headings, as GitHub makes them; a heading that comes twice is numbered. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = [...withoutBlocks(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const anchor = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
  return new Set(anchors);
}

/** Where a document leads, outside of code. */
function linksIn(text: string): string[] {
  const prose = withoutBlocks(text).replace(/(`+).+?\1/g, 'code');
  return [...prose.matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** What is wrong with a link of a document, or undefined. */
function faultOf(from: string, link: string): string | undefined {
  if (/^https?:/.test(link)) return undefined;
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? from : join(dirname(from), file);
  if (!existsSync(join(root, target))) return `${from}: ${link} is not there`;
  if (anchor === undefined) return undefined;
  return anchorsOf(read(target)).has(anchor) ? undefined : `${from}: ${link} has no such heading`;
}

/** The files and folders of the repository. */
const paths = new Set(
  repositoryFiles().flatMap((file) =>
    file.split('/').map((_, at, parts) => parts.slice(0, at + 1).join('/')),
  ),
);
const topFolders = new Set([...paths].filter((path) => path.includes('/')).map((path) => path.split('/')[0]));

/** True for what names a file or folder of the repository by its whole path, and nothing that is made. */
function looksLikePath(code: string): boolean {
  return /^[\w.-]+(\/[\w.-]+)+\/?$|^[\w.-]+\/$/.test(code) && topFolders.has(code.split('/')[0] ?? '');
}

test('a document stands where its reader looks', () => {
  const places = [
    'README.md',
    '.github/CONTRIBUTING.md',
    '.github/OPERATING.md',
    '.github/OTHER-TOOLS.md',
    '.github/SCALING.md',
    '.github/SECURITY.md',
  ];
  const isReadmeOfRoom = (path: string) => /^(handlers|lib|test)\/([\w/-]+\/)?README\.md$/.test(path);

  expect(
    documents.map(({ path }) => path).filter((path) => !places.includes(path) && !isReadmeOfRoom(path)),
  ).toEqual([]);
  expect(documents.map(({ path }) => path)).toEqual(expect.arrayContaining(places));
});

test('README is at most 12,000 bytes', () => {
  expect(statSync(join(root, 'README.md')).size).toBeLessThanOrEqual(12_000);
});

test('README leads to every other document', () => {
  const led = new Set(linksIn(read('README.md')).map((link) => link.split('#')[0] ?? ''));

  expect(documents.map(({ path }) => path).filter((path) => path !== 'README.md' && !led.has(path))).toEqual(
    [],
  );
});

test('every link leads somewhere', () => {
  const links = documents.flatMap(({ path, text }) => linksIn(text).map((link) => ({ path, link })));

  expect(links.length).toBeGreaterThan(50);
  expect(links.map(({ path, link }) => faultOf(path, link)).filter(Boolean)).toEqual([]);
});

test('every file that is named is there', () => {
  const shown = documents.flatMap(({ path, text }) => examplesIn(path, text).map(({ file }) => file));
  const named = documents.flatMap(({ path, text }) =>
    codeIn(text)
      .filter(looksLikePath)
      .filter((code) => !shown.includes(code))
      .map((code) => ({ path, code })),
  );

  expect(named.length).toBeGreaterThan(50);
  expect(named.filter(({ code }) => !paths.has(code.replace(/\/$/, '')))).toEqual([]);
});

test('every command that is named is there', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = documents.flatMap(({ path, text }) =>
    [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => ({ path, name })),
  );

  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ name }) => !Object.hasOwn(scripts, name))).toEqual([]);
});

test('CONTRIBUTING tells of every command', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const told = read('.github/CONTRIBUTING.md');
  const commandOf = (name: string) => (name === 'test' ? '`npm test`' : `\`npm run ${name}\``);

  expect(Object.keys(scripts).filter((name) => !told.includes(commandOf(name)))).toEqual([]);
});

test('OPERATING describes every environment variable once, and none that there is not', () => {
  const [, section = ''] = read('.github/OPERATING.md').split('\n## Environment\n');
  const described = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(
    ([, name = '']) => name,
  );

  expect(described.sort()).toEqual(variablesOf(everyNeed).sort());
});

test('every environment variable that is named is one that something reads', () => {
  const ours = new Set(variablesOf(everyNeed));
  const sources = [...paths].filter((file) =>
    /^(lib|test|serverless|\.github\/workflows)\b.*\.(ts|mjs|yml)$/.test(file),
  );
  // Node's own.
  ours.add('NODE_EXTRA_CA_CERTS');
  // No variable: CloudFormation's word for a stack that may make roles.
  ours.add('CAPABILITY_IAM');
  const code = sources.map(read).join('\n');
  const named = documents.flatMap(({ path, text }) =>
    [...text.matchAll(/\b[A-Z]+(?:_[A-Z]+)+\b/g)].map(([name]) => ({ path, name })),
  );
  const others = named.filter(({ name }) => !ours.has(name));

  expect(others.filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual([]);
});

test('every problem that is named by its status is one that is answered', () => {
  const named = documents.flatMap(({ path, text }) =>
    [...text.matchAll(/\b([45]\d\d) `([a-z_]+)`/g)].map(([, status, code = '']) => ({ path, status, code })),
  );
  const table: Record<string, { status: number }> = problemTable;

  expect(named.length).toBeGreaterThan(5);
  expect(named.filter(({ status, code }) => table[code]?.status !== Number(status))).toEqual([]);
});
