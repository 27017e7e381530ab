import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** True where the module at `moduleUrl` is the program that Node was started with. */
export function isMain(moduleUrl: string): boolean {
  const program = process.argv[1];
  return program !== undefined && realpathSync(program) === realpathSync(fileURLToPath(moduleUrl));
}

/** What a command throws where the person at the keyboard can put it right: shown without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Runs `main` where its module is the program; an error ends it with exit code 1, a {@link UsageError} in plain words. */
export async function runIfMain(moduleUrl: string, main: () => Promise<void>): Promise<void> {
  if (!isMain(moduleUrl)) return;
  try {
    await main();
  } catch (error) {
    console.error(error instanceof UsageError ? error.message : error);
    process.exitCode = 1;
  }
}

/** The value of `--name VALUE` or `--name=VALUE` among `args`, the last one given. */
export function optionValue(args: readonly string[], name: string): string | undefined {
  let value: string | undefined;
  args.forEach((arg, index) => {
    if (arg === `--${name}`) value = args[index + 1];
    else if (arg.startsWith(`--${name}=`)) value = arg.slice(name.length + 3);
  });
  return value;
}
