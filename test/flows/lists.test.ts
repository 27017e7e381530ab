import { readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { jsonFlows } from '../../lib/flows/json.ts';
import { manifests } from '../../lib/flows/manifests.ts';
import { pageFlows } from '../../lib/flows/pages.ts';

const folder = resolve(import.meta.dirname, '../../lib/flows');

/** The folders that hold a file of this name. */
const foldersWith = (name: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(`/${name}`))
    .map((file) => dirname(file))
    .sort();

test('every flow is in the list of manifests, under the name of its folder', () => {
  expect(manifests.map(({ name }) => name).sort()).toEqual(foldersWith('manifest.ts'));
});

test('every flow with routes has a manifest', () => {
  expect(foldersWith('operations.ts')).toEqual(foldersWith('manifest.ts'));
});

test.each([
  ['JSON routes', 'operations.ts', jsonFlows],
  ['pages', 'page-operations.ts', pageFlows],
])('all %s are in their list', async (_what, file, list) => {
  const modules = await Promise.all(
    foldersWith(file).map((name) => import(join(folder, name, file)) as Promise<object>),
  );
  const ids = (all: readonly object[]) => all.flatMap((each) => Object.keys(each)).sort();

  expect(ids(list.map(({ operations }) => operations))).toEqual(ids(modules));
});

test('no two flows declare the same kind of event', () => {
  const kinds = manifests.flatMap((flow) => Object.keys('events' in flow ? flow.events : {}));

  expect(kinds.length).toBeGreaterThan(10);
  expect(kinds.filter((kind, at) => kinds.indexOf(kind) !== at)).toEqual([]);
});
