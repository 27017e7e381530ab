import { resolve } from 'node:path';
import { decode } from '@jridgewell/sourcemap-codec';
import { build, type OutputFile } from 'esbuild';
import { expect, test } from 'vitest';
import { esbuildOptions } from '../../lib/dev/build.ts';
import { compileAtOnce } from '../../lib/dev/compile-at-once.ts';

const root = resolve(import.meta.dirname, '../..');

/** The bundle of `health` with these plugins of the build. */
async function bundled(keep: (name: string) => boolean) {
  const options = esbuildOptions({ handlersDir: resolve(root, 'handlers') });
  const { outputFiles } = await build({
    ...options,
    absWorkingDir: root,
    entryPoints: ['handlers/health.ts'],
    plugins: options.plugins.filter(({ name }) => keep(name)),
  });
  const text = (ending: string) =>
    outputFiles.find(({ path }: OutputFile) => path.endsWith(ending))?.text ?? '';
  const { mappings, ...rest } = JSON.parse(text('.map')) as { mappings: string };
  return { lines: text('.mjs').split('\n'), mappings: decode(mappings), rest };
}

test('a bundle has each module of CommonJS in parentheses, is the same without them, and its map leads to the same places', async () => {
  const before = await bundled((name) => name !== compileAtOnce.name);
  const after = await bundled(() => true);

  const marked = after.lines.join('\n').match(/=[\w$]+\(\(\(/g) ?? [];
  expect(marked.length).toBeGreaterThan(100);
  const bare = (lines: readonly string[]) => lines.join('\n').replaceAll(/[()]/g, '');
  expect(bare(after.lines)).toBe(bare(before.lines));
  expect(after.rest).toEqual(before.rest);
  const places = (bundle: typeof before) =>
    bundle.mappings.map((segments, line) =>
      // What stands there, and where it comes from; the mark itself comes from nowhere.
      segments.map(([column, ...source]) => [
        bundle.lines[line]?.slice(column).replace(/^\(+/, '')[0],
        ...source,
      ]),
    );
  expect(places(after)).toEqual(places(before));
});
