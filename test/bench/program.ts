import { basename, resolve } from 'node:path';
import { build } from 'esbuild';
import { esbuildOptions, writeBundles } from '../../lib/dev/build.ts';

const outdir = '.data/bench-programs';

/** Builds the programs that load bundles, so that no TypeScript loader is in what is measured. */
export async function buildPrograms(): Promise<{ instance: string; coldStart: string }> {
  const entryPoints = ['test/bench/instance-process.ts', 'test/bench/cold-start-process.ts'];
  const built = await writeBundles(
    await build({ ...esbuildOptions({}), entryPoints, outdir }),
    resolve(outdir),
  );
  const fileOf = (name: string) => {
    const found = built.find(({ file }) => basename(file, '.mjs') === name);
    if (!found) throw new Error(`the program ${name} was not built`);
    return found.file;
  };
  return { instance: fileOf('instance-process'), coldStart: fileOf('cold-start-process') };
}
