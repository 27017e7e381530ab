import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { generalProblems } from '../../lib/base/general-problems.ts';
import { kindOf } from '../../lib/base/problem.ts';
import type { ProblemKind } from '../../lib/base/problem-kind.ts';
import type { Flow } from '../../lib/flows/flow.ts';
import { jsonFlows } from '../../lib/flows/json.ts';
import { mails } from '../../lib/flows/letters.ts';
import { manifests } from '../../lib/flows/manifests.ts';
import { pageFlows } from '../../lib/flows/pages.ts';
import { personalDataParts } from '../../lib/flows/personal-data.ts';
import { type ProblemCode, problemTable } from '../../lib/flows/problems.ts';
import * as sharedTokens from '../../lib/flows/shared/token-kinds.ts';
import { lifetimeOf } from '../../lib/tokens/token-kind.ts';

const folder = resolve(import.meta.dirname, '../../lib/flows');

const byKind = (one: { kind: string }, other: { kind: string }) => (one.kind < other.kind ? -1 : 1);

/** The folders that hold a file of this name. */
const foldersWith = (name: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(`/${name}`))
    .map((file) => dirname(file))
    .sort();

test('every flow is in the list of manifests, under the name of its folder', () => {
  expect(manifests.map(({ name }) => name).sort()).toEqual(foldersWith('manifest.ts'));
});

test('every flow with routes has a manifest; a way in stands in that of signing in', () => {
  // A way in that has more to do than to prove something, as have providers, stands there too.
  const waysIn = new Set([...foldersWith('way-in.ts'), 'sign-in/providers']);
  const flows = foldersWith('operations.ts').filter((name) => !waysIn.has(name));

  expect(flows).toEqual(foldersWith('manifest.ts').filter((name) => name !== 'shared'));
});

test('every way in is held to the contract of ways in', () => {
  for (const name of foldersWith('way-in.ts').filter((each) => each !== 'shared')) {
    const file = join(folder, '../../test/flows', `${name}.test.ts`);
    expect.soft(readFileSync(file, 'utf8')).toContain('signInMethodContract({');
  }
});

test.each([
  ['JSON routes', ['operations.ts', 'passkey-operations.ts', 'provider-operations.ts'], jsonFlows],
  ['pages', ['page-operations.ts'], pageFlows],
])('all %s are in their list', async (_what, files, list) => {
  const modules = await Promise.all(
    files.flatMap((file) =>
      foldersWith(file).map((name) => import(join(folder, name, file)) as Promise<object>),
    ),
  );
  const ids = (all: readonly object[]) => all.flatMap((each) => Object.keys(each)).sort();

  expect(ids(list.map(({ operations }) => operations))).toEqual(ids(modules));
});

test('all mails are in their list, and no two are of one kind', async () => {
  const modules = await Promise.all(
    foldersWith('letters.ts').map((name) => import(join(folder, name, 'letters.ts')) as Promise<object>),
  );
  const declared = modules.flatMap((module) => Object.values(module)).filter(Array.isArray);
  const kinds = mails.map(({ kind }) => kind);

  expect([...mails].sort(byKind)).toEqual(declared.flat().sort(byKind));
  expect(kinds.length).toBeGreaterThan(10);
  expect(new Set<string>(kinds).size).toBe(kinds.length);
});

test('all personal data is in its list, and no two parts are of one kind or one name in the export', async () => {
  const modules = await Promise.all(
    foldersWith('personal-data.ts').map(
      (name) => import(join(folder, name, 'personal-data.ts')) as Promise<object>,
    ),
  );
  const declared = modules.flatMap((module) => Object.values(module)).filter(Array.isArray);
  const kinds = personalDataParts.map(({ kind }) => kind);
  const names = personalDataParts.flatMap((part) => part.export?.name ?? []);

  expect([...personalDataParts].sort(byKind)).toEqual(declared.flat().sort(byKind));
  expect(new Set(kinds).size).toBe(kinds.length);
  expect(new Set(names).size).toBe(names.length);
});

test.each(['events', 'notices', 'limits'] as const)('no two flows declare the same of their %s', (what) => {
  const names = manifests.flatMap((flow: Flow) => {
    const declared = flow[what] ?? {};
    return Array.isArray(declared) ? declared : Object.keys(declared);
  });

  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

test('no two limits are of one name, and each lets something through', () => {
  const rules = manifests.flatMap(({ limits }: Flow) => Object.values(limits ?? {}));
  const names = rules.map(({ name }) => name);

  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  expect(rules.filter(({ limit, windowSeconds }) => limit < 1 || windowSeconds < 1)).toEqual([]);
});

test('every kind of token is declared by one flow, and no two have one purpose', () => {
  const declared = manifests.flatMap(({ tokens = [] }: Flow) => tokens);
  const purposes = declared.map(({ purpose }) => purpose);

  expect(declared.length).toBeGreaterThanOrEqual(5);
  expect(purposes.filter((purpose, at) => purposes.indexOf(purpose) !== at)).toEqual([]);
  expect(declared).toEqual(expect.arrayContaining(Object.values(sharedTokens)));
});

test('texts say how long a link lives', () => {
  expect(Object.values(sharedTokens).map((kind) => lifetimeOf(kind))).toEqual(
    expect.arrayContaining(['10 minutes', '24 hours', '72 hours']),
  );
});

test('every problem is general or declared by one flow, and a route answers each that a flow declares', () => {
  const declared = manifests.flatMap(({ problems = {} }: Flow) => Object.values(problems));
  const codes = [...Object.values(generalProblems), ...declared].map(({ code }) => code);
  const answered = [...jsonFlows, ...pageFlows]
    .flatMap(({ operations }) => Object.values(operations))
    .flatMap(({ problems = [] }) => problems.map(kindOf));

  expect(declared.length).toBeGreaterThan(5);
  expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([]);
  expect(Object.keys(problemTable).sort()).toEqual(codes.sort());
  expect(declared.filter((kind) => !answered.includes(kind))).toEqual([]);
  // The same problem may have another status where who asks is signed in already: a wrong code or passkey is 401 or 403.
  const sameBut = ({ code, status }: ProblemKind) => ({ ...problemTable[code as ProblemCode], status });
  expect(answered.filter((kind) => !isDeepStrictEqual(sameBut(kind), kind))).toEqual([]);
  const elsewhere = answered.filter((kind) => problemTable[kind.code as ProblemCode] !== kind);
  const named = new Set(elsewhere.map(({ code, status }) => `${status} ${code}`));
  expect([...named].sort()).toEqual(['403 invalid_code', '403 invalid_passkey']);
});
