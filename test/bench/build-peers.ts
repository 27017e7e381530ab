import { resolve } from 'node:path';
import { build } from 'esbuild';
import { type Bundle, esbuildOptions, writeBundles } from '../../lib/dev/build.ts';

const outDir = '.data/bench';

/** Drivers that Knex names and loads only where its client is theirs; libsql is a binary beside the bundle. */
const drivers = [
  'better-sqlite3',
  'libsql',
  'mariadb',
  'mysql',
  'mysql2',
  'oracledb',
  'pg-native',
  'pg-query-stream',
  'sqlite3',
  'tedious',
];

/** Bundles what the benchmark measures against, as the functions are bundled. */
export async function buildPeers(): Promise<Bundle[]> {
  const options = esbuildOptions({ handlersDir: 'test/bench/peers', outDir });
  const result = await build({ ...options, external: [...options.external, ...drivers] });
  // The floor as anybody bundles it, with nothing left out.
  const whole = await build({
    ...options,
    entryPoints: { 'floor-whole': 'test/bench/peers/floor.ts' },
    plugins: [],
  });
  const outputFiles = [...result.outputFiles, ...whole.outputFiles];
  return writeBundles({ ...result, outputFiles }, resolve(outDir));
}
