import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Bundle, esbuildOptions, writeBundles } from '../../lib/dev/build.ts';
import type { Abilities } from './asking.ts';

/** What is deployed, and what it can be asked for. */
export interface Stack {
  name: string;
  /** What each function's instances load, and how many of it there may be. */
  functions: Record<string, { bundle: string; most: number }>;
  /** Stock connect-mongo makes its index itself, and is not what generated events are for. */
  isStock: boolean;
  abilities: Abilities;
}

/** How many instances of each function: ten, as of the stock stack, and two. */
const shares: Record<string, number> = { auth: 6, account: 2, sessions: 2, authorizer: 2 };

export async function ourStack(): Promise<Stack> {
  // On a laptop the others load `mail` from beside themselves.
  const entryPoints = [...Object.keys(shares), 'mail'].map((name) => join('handlers', `${name}.ts`));
  const bundles = await buildAll(entryPoints, '.data/chaos/functions');
  const functions: Stack['functions'] = {};
  for (const { name, file } of bundles) {
    const most = shares[name];
    if (most) functions[name] = { bundle: file, most };
  }
  return {
    name: 'this product',
    functions,
    isStock: false,
    abilities: {
      functionOf: (path) => path.split('/')[1] ?? '',
      changesPasswords: true,
      endsDevices: true,
      hasAccountPage: true,
      hasAuthorizer: true,
    },
  };
}

/** What most people deploy instead; it has no routes for passwords and devices. */
export async function stockStack(): Promise<Stack> {
  return {
    name: 'stock express-session and connect-mongo',
    functions: { auth: { bundle: await buildOne('./stock-app.ts'), most: 10 } },
    isStock: true,
    abilities: {
      functionOf: () => 'auth',
      changesPasswords: false,
      endsDevices: false,
      hasAccountPage: false,
      hasAuthorizer: false,
    },
  };
}

/** Bundles a file beside this one as the functions are, and returns where it is. */
export async function buildOne(source: string): Promise<string> {
  const entryPoint = fileURLToPath(new URL(source, import.meta.url));
  const [bundle] = await buildAll([entryPoint], `.data/chaos/${basename(source, '.ts')}`);
  if (!bundle) throw new Error(`${source} was not built`);
  return bundle.file;
}

async function buildAll(entryPoints: string[], outdir: string): Promise<Bundle[]> {
  const result = await build({ ...esbuildOptions({}), sourcemap: false, entryPoints, outdir });
  return writeBundles(result, resolve(outdir));
}
