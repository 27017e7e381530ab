import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { optionValue, runIfMain, UsageError } from './command.ts';
import { localTemplate } from './local-template.ts';
import { runServerless } from './serverless.ts';

/** Where `serverless package` leaves the zips and the template. */
export const packageDir = '.serverless';

/** The CloudFormation template of the last packaging. */
export const templateFile = join(packageDir, 'cloudformation-template-update-stack.json');

/** The same for other tools, with the zips that lie beside it. */
export const localTemplateFile = join(packageDir, 'template.json');

export interface PackageOptions {
  /** What `serverless package` takes, such as `--stage prod`. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Folder of serverless.yml and the `dist` that goes with it; receives `.serverless`. */
  readonly cwd?: string;
  /** Builds `dist` first, for the store of the stage. */
  readonly build?: boolean;
}

/**
 * Makes one zip of each handler, and the CloudFormation template, for `serverless deploy` and for other tools; without
 * network or credentials.
 *
 * @throws {UsageError} where `serverless package` fails, which then has said why.
 */
export async function packageService({ args, env, cwd = '.', build = false }: PackageOptions): Promise<void> {
  const code = await runServerless({
    args: ['package', ...args],
    env: { SLS_LOG_LEVEL: 'warning', ...env },
    cwd,
    output: 'inherit',
    byHand: build,
  });
  if (code !== 0) throw new UsageError('serverless package failed; what it said stands above');
  const template = JSON.parse(await readFile(join(cwd, templateFile), 'utf8'));
  await writeFile(join(cwd, localTemplateFile), JSON.stringify(localTemplate(template), undefined, 2));
}

await runIfMain(import.meta.url, async () => {
  const args = process.argv.slice(2);
  await packageService({ args, env: process.env, build: true });
  // Not every store needs every function.
  const files = (await readdir(packageDir)).filter((file) => file.endsWith('.zip'));
  const zips = files.sort().map(async (file) => {
    const zip = join(packageDir, file);
    return `${zip} ${Math.ceil((await stat(zip)).size / 1000)} kB`;
  });
  const stage = optionValue(args, 'stage') ?? 'dev';
  console.log(
    `packaged for stage ${stage}: ${(await Promise.all(zips)).join(', ')}, ${templateFile}; for other tools ${localTemplateFile}`,
  );
});
