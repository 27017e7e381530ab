import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** Params of stages, as serverless.yml has them. */
export type StageParams = Record<string, Record<string, string | number | boolean>>;

/** Puts into another folder what `serverless` reads of this repository: its configuration, and its plugins. */
export async function copyServiceFiles(to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await writeServiceFile(to, {});
  await symlink(join(root, 'lib'), join(to, 'lib'));
}

/**
 * Puts handlers there: these of our own, and for all others some that do nothing. To a deployment what they do is nothing,
 * and building them takes most of its time.
 */
export async function writeHandlers(to: string, own: readonly string[] = []): Promise<void> {
  await mkdir(join(to, 'handlers'));
  for (const file of await readdir(join(root, 'handlers'))) {
    const here = join(to, 'handlers', file);
    if (own.includes(file)) await symlink(join(root, 'handlers', file), here);
    else if (file.endsWith('.ts')) await writeFile(here, 'export const handler = () => {};\n');
  }
}

/** Writes serverless.yml there, with these params for stages in place of what it has for them. */
export async function writeServiceFile(to: string, stages: StageParams): Promise<void> {
  let text = await readFile(join(root, 'serverless.yml'), 'utf8');
  for (const [stage, params] of Object.entries(stages)) {
    const without = text.replace(new RegExp(`^ {2}${stage}:\n(?: {4}.*\n)*`, 'm'), '');
    // JSON is YAML.
    text = without.replace(/^params:\n/m, `params:\n  ${stage}: ${JSON.stringify(params)}\n`);
  }
  await writeFile(join(to, 'serverless.yml'), text);
}
