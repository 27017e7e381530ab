import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { manifests } from '../lib/flows/manifests.ts';
import { withoutStore } from './support/without-store.ts';

const root = resolve(import.meta.dirname, '..');

/** Rooms from the door inwards, one a level: each imports from those after it, and never from those before. */
const rooms = [
  'handlers',
  'lib/functions',
  // The one file that is whoever's who runs this: it may use all that stands below.
  'lib/hooks.ts',
  'lib/aws',
  'lib/flows',
  'lib/mail',
  'lib/web',
  'lib/sessions',
  'lib/activity',
  'lib/limits',
  'lib/tokens',
  'lib/users',
  'lib/store',
  'lib/base',
];

interface Import {
  from: string;
  /** A file of ours, or a package by its name. */
  to: string;
  isOurs: boolean;
}

const sources = (dir: string): string[] =>
  readdirSync(join(root, dir), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => join(dir, file).split(sep).join('/'));

/** Every import in `file`: of values, of types, dynamic and re-exported. */
const importsOf = (from: string): Import[] =>
  ts
    .preProcessFile(readFileSync(join(root, from), 'utf8'))
    .importedFiles.map(({ fileName }) =>
      fileName.startsWith('.')
        ? { from, to: pathOf(from, fileName), isOurs: true }
        : { from, to: fileName, isOurs: false },
    );

function pathOf(from: string, name: string): string {
  return relative(root, resolve(root, dirname(from), name))
    .split(sep)
    .join('/');
}

const among = (place: string, file: string) => file === place || file.startsWith(`${place}/`);
const levelOf = (file: string): number => rooms.findIndex((room) => among(room, file));

const isDev = (file: string) => file.startsWith('lib/dev/');
const all = [...sources('handlers'), ...sources('lib')];
const everyImport = all.flatMap(importsOf);
const imports = everyImport.filter(({ isOurs }) => isOurs);
const shown = ({ from, to }: Import) => `${from} -> ${to}`;

test('every deployed file stands in a room that the order of imports knows', () => {
  expect(all.filter((file) => !isDev(file) && levelOf(file) === -1)).toEqual([]);
});

test('every file is read at one go: 200 lines at most', () => {
  const linesOf = (file: string) => readFileSync(join(root, file), 'utf8').split('\n').length - 1;

  expect(all.length).toBeGreaterThan(500);
  expect(all.filter((file) => linesOf(file) > 200)).toEqual([]);
});

test('imports run one way: handlers, functions, AWS, flows, HTTP and mail, records, the database, the base', () => {
  const upwards = imports.filter(({ from, to }) => !isDev(from) && levelOf(to) < levelOf(from));

  expect(imports.length).toBeGreaterThan(50);
  expect(upwards.map(shown)).toEqual([]);
});

test('no two files import each other, by way of others or types neither', () => {
  const done = new Set<string>();

  /** The first way round that begins with these files; each file is gone into once. */
  function circleAfter(way: readonly string[]): readonly string[] | undefined {
    const last = way.at(-1) ?? '';
    if (done.has(last)) return undefined;
    for (const { to } of imports.filter(({ from }) => from === last)) {
      const circle = way.includes(to) ? [...way.slice(way.indexOf(to)), to] : circleAfter([...way, to]);
      if (circle) return circle;
    }
    done.add(last);
    return undefined;
  }

  expect(all.flatMap((file) => circleAfter([file])?.join(' -> ') ?? [])).toEqual([]);
});

test('flows never import each other, types neither: what they have in common is in flows/shared', () => {
  const folders = ['shared', ...manifests.map(({ name }) => name)];
  /** The innermost folder of a flow that a file lies in. */
  const flowOf = (file: string) =>
    folders
      .filter((folder) => file.startsWith(`lib/flows/${folder}/`))
      .sort()
      .at(-1);
  const inFlows = imports.filter(({ from, to }) => flowOf(from) && to.startsWith('lib/flows/'));
  // What tells of all flows does so by the lists of them.
  const lists = [
    'docs -> lib/flows/catalogue.ts',
    'docs -> lib/flows/problems.ts',
    'docs -> lib/flows/events.ts',
    'activity -> lib/flows/words.ts',
    'admin -> lib/flows/events.ts',
    'admin -> lib/flows/words.ts',
    'shared -> lib/flows/events.ts',
  ];
  const isAllowed = ({ from, to }: Import) =>
    [flowOf(from), 'shared'].includes(flowOf(to)) ||
    to === 'lib/flows/flow.ts' ||
    lists.includes(`${flowOf(from)} -> ${to}`);

  expect(inFlows.length).toBeGreaterThan(50);
  expect(inFlows.filter((each) => !isAllowed(each)).map(shown)).toEqual([]);
});

test('nothing deployed imports what is for development', () => {
  expect(imports.filter(({ from, to }) => !isDev(from) && isDev(to)).map(shown)).toEqual([]);
});

/** What few places alone import, each by itself or with all below it; types too. */
const keptTo = [
  {
    what: 'the database',
    names: ['mongodb', 'connect-mongo', 'rate-limiter-flexible', 'lib/store/mongo'],
    // The composition root makes the store; the workshop starts databases, and prepares them.
    places: ['lib/store', 'lib/functions', 'lib/dev'],
  },
  {
    what: 'a driver',
    names: ['mongodb', 'connect-mongo', 'rate-limiter-flexible'],
    places: ['lib/store', 'lib/dev/database.ts'],
  },
  {
    what: 'what copies stores, which no bundle carries',
    names: ['open-copying', 'mongo/copying', 'sql/copying'].map((file) => `lib/store/${file}.ts`),
    places: ['lib/dev', 'lib/store/open-copying.ts'],
  },
  { what: 'AWS', names: ['@aws-sdk', 'aws-lambda'], places: ['lib/aws', 'lib/dev/deploy'] },
  {
    what: 'a development database',
    names: ['mongodb-memory-server-core', 'lib/dev/mongo-server'],
    places: [
      'lib/dev/mongo-server',
      ...['database.ts', 'mongod.ts', 'download-process.ts'].map((file) => `lib/dev/${file}`),
    ],
  },
];

test('a database, AWS and the workshop’s server are known to their own rooms alone', () => {
  const strays = keptTo.flatMap(({ names, places }) =>
    everyImport.filter(
      ({ from, to }) => names.some((name) => among(name, to)) && !places.some((place) => among(place, from)),
    ),
  );

  expect([...new Set(strays.map(shown))].sort()).toEqual([]);
});

test('nothing in lib/ imports a handler', () => {
  const toHandlers = imports.filter(({ from, to }) => from.startsWith('lib/') && to.startsWith('handlers/'));

  expect(toHandlers.map(shown)).toEqual([]);
});

test('nothing in lib/ or handlers/ imports a test', () => {
  expect(imports.filter(({ to }) => to.startsWith('test/')).map(shown)).toEqual([]);
});

test('a test file that is left out on other stores opens none', () => {
  const opened = [
    'support/database.ts',
    'support/instance.ts',
    'support/sql-database.ts',
    'support/sql-server.ts',
  ];
  const ways = [...opened.map((file) => `test/${file}`), 'lib/store'];
  const reached = (file: string, seen = new Set<string>()): Set<string> => {
    for (const { to } of seen.has(file) ? [] : importsOf(file)) {
      seen.add(file);
      if (to.startsWith('test/') && to.endsWith('.ts')) reached(to, seen);
      else seen.add(to);
    }
    return seen;
  };
  const openers = withoutStore.filter((file) =>
    [...reached(file)].some((to) => ways.some((way) => among(way, to))),
  );

  expect([...reached('test/web/headers.test.ts')]).toEqual(
    expect.arrayContaining(['test/support/instance.ts']),
  );
  expect(openers).toEqual([]);
});

test('handlers are few lines', () => {
  const lines = sources('handlers').map((file) =>
    readFileSync(join(root, file), 'utf8').trimEnd().split('\n'),
  );

  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(30);
});
