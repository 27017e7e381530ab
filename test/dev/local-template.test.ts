import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildHandlers } from '../../lib/dev/build.ts';
import type { Template } from '../../lib/dev/local-template.ts';
import { localTemplateFile, packageDir, packageService, templateFile } from '../../lib/dev/package.ts';
import { copyServiceFiles } from '../support/service-files.ts';

const root = resolve(import.meta.dirname, '../..');

let cwd: string;
let local: Template;
let ours: Template;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'local-template-'));
  await copyServiceFiles(cwd);
  await buildHandlers({ handlersDir: join(root, 'handlers'), outDir: join(cwd, 'dist') });
  const { PATH, HOME } = process.env;
  await packageService({ args: ['--stage', 'prod'], env: { PATH, HOME }, cwd });
  const read = async (file: string) => JSON.parse(await readFile(join(cwd, file), 'utf8'));
  [local, ours] = [await read(localTemplateFile), await read(templateFile)];
}, 120_000);

afterAll(() => rm(cwd, { recursive: true, force: true }));

const functionsOf = ({ Resources }: Template) =>
  Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::Lambda::Function');

/** The logical ids that a part of a template refers to, by Ref, Fn::GetAtt, Fn::Sub or DependsOn. */
function referencesIn(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(referencesIn);
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) => {
    if (key === 'Ref') return [String(value)];
    if (key === 'Fn::GetAtt') return [String([value].flat()[0]).split('.')[0] ?? ''];
    if (key === 'DependsOn') return [value].flat();
    const named = key === 'Fn::Sub' ? [...JSON.stringify(value).matchAll(/\$\{([\w:]+)/g)] : [];
    return [...named.map(([, name = '']) => name), ...referencesIn(value)];
  });
}

test('the template for other tools names the zip of every function, which lies beside it', async () => {
  const zips = functionsOf(local).map(([, { Properties }]) => Properties.Code);

  expect(zips).toHaveLength(functionsOf(ours).length);
  expect(new Set(zips).size).toBe(zips.length);
  for (const [id, { Properties }] of functionsOf(local)) {
    expect(Properties.Code).toBe(`${id.replace('LambdaFunction', '').toLowerCase()}.zip`);
    await access(join(cwd, packageDir, String(Properties.Code)));
  }
});

test('it refers to nothing that it has not', () => {
  const there = [...Object.keys(local.Resources), ...Object.keys(local.Parameters ?? {})];
  const referred = referencesIn(local).filter((name) => !name.startsWith('AWS::'));

  expect(referred.length).toBeGreaterThan(50);
  expect(referred.filter((name) => !there.includes(name))).toEqual([]);
  expect(JSON.stringify(local)).not.toMatch(/DeploymentBucket|S3Bucket|S3Key/);
});

test('but for the bucket and the code it is the template that is deployed', () => {
  const withoutCode = ({ Resources, Outputs, ...rest }: Template) => ({
    ...rest,
    Outputs: Object.entries(Outputs ?? {}).filter(([id]) => !id.startsWith('ServerlessDeployment')),
    Resources: Object.entries(Resources)
      .filter(([id]) => !id.startsWith('ServerlessDeployment'))
      .map(([id, { Properties, ...each }]) => [id, { ...each, ...Properties, Code: undefined }]),
  });

  expect(withoutCode(local)).toEqual(withoutCode(ours));
  expect(Object.keys(ours.Resources).length - Object.keys(local.Resources).length).toBe(2);
});
