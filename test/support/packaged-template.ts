import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { handlerFiles } from '../../lib/dev/build.ts';
import { packageService, templateFile } from '../../lib/dev/package.ts';
import { copyServiceFiles, writeServiceFile } from './service-files.ts';

const root = resolve(import.meta.dirname, '../..');

export interface Packaging {
  /** The CloudFormation template of the stage `prod` with these params, as text; `shell` is what a shell says beside. */
  template(params: Record<string, string>, shell?: NodeJS.ProcessEnv): Promise<string>;
  end(): Promise<void>;
}

/** A folder to package in, with empty zips. */
export async function startPackaging(): Promise<Packaging> {
  const cwd = await mkdtemp(join(tmpdir(), 'template-'));
  await copyServiceFiles(cwd);
  await mkdir(join(cwd, 'dist'));
  for (const file of handlerFiles(join(root, 'handlers')))
    await writeFile(join(cwd, 'dist', `${basename(file, '.ts')}.mjs`), '');

  async function template(params: Record<string, string>, shell: NodeJS.ProcessEnv = {}): Promise<string> {
    const { PATH, HOME } = process.env;
    await writeServiceFile(cwd, { prod: { MAIL_FROM: 'no-reply@example.com', ...params } });
    await packageService({ args: ['--stage', 'prod'], env: { PATH, HOME, ...shell }, cwd });
    return await readFile(join(cwd, templateFile), 'utf8');
  }

  return { template, end: () => rm(cwd, { recursive: true, force: true }) };
}
