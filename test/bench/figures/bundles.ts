import { statSync } from 'node:fs';
import { build } from 'esbuild';
import { esbuildOptions, handlerFiles } from '../../../lib/dev/build.ts';
import { atMost, type Figure, plain } from '../figure.ts';
import type { Setting } from '../setting.ts';

/** Most that a bundle may weigh, minified, in kB. */
const goals = new Map([
  ['auth', 1400],
  ['authorizer', 900],
]);

/** Size of every function's bundle, and what the largest parts of `auth` are, by package. */
export async function bundleFigures(setting: Setting): Promise<Figure[]> {
  const figures = handlerFiles().map((source) => {
    const name = source.replace(/^.*\/|\.ts$/g, '');
    const kilobytes = statSync(setting.bundles.get(name) ?? '').size / 1000;
    const goal = goals.get(name);
    return goal
      ? atMost(`bundle, ${name}`, kilobytes, 'kB', goal)
      : plain(`bundle, ${name}`, kilobytes, 'kB');
  });
  const parts = await partsOf('handlers/auth.ts');
  return [...figures, ...parts.map(([name, bytes]) => plain(`of it, ${name}`, bytes / 1000, 'kB'))];
}

/** Minified bytes of a function's bundle by package, largest first; what is below 10 kB is summed up. */
async function partsOf(handler: string): Promise<[string, number][]> {
  const { metafile } = await build({ ...esbuildOptions({}), entryPoints: [handler], metafile: true });
  const output = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint === handler);
  const bytes = new Map<string, number>();
  for (const [file, { bytesInOutput }] of Object.entries(output?.inputs ?? {})) {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? 'this product';
    bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput);
  }
  const all = [...bytes].sort(([, a], [, b]) => b - a);
  const large = all.filter(([, size]) => size >= 10_000);
  const rest = all.filter(([, size]) => size < 10_000).reduce((sum, [, size]) => sum + size, 0);
  return [...large, ['packages below 10 kB', rest]];
}
