import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import knexPackage from 'knex';
import PostgresClient from 'knex/lib/dialects/postgres/index.js';
import type { StoreKind } from '../../lib/base/config.ts';
import { type Bundle, esbuildOptions, writeBundles } from '../../lib/dev/build.ts';
import { prepareOn } from '../../lib/dev/db-prepare.ts';
import type { Abilities } from './asking.ts';

/** What is deployed, and what it can be asked for. */
export interface Stack {
  name: string;
  /** What each function's instances load, and how many of it there may be. */
  functions: Record<string, { bundle: string; most: number }>;
  store: StoreKind;
  /** What it needs in the database before it is used. */
  prepare(environment: NodeJS.ProcessEnv): Promise<unknown>;
  /** It is not what generated events are for. */
  isStock: boolean;
  abilities: Abilities;
}

/** How many instances of each function: ten, as of the stock stack, and two. */
const shares: Record<string, number> = { auth: 6, account: 2, sessions: 2, authorizer: 2 };

export async function ourStack(store: StoreKind): Promise<Stack> {
  // On a laptop the others load `mail` from beside themselves.
  const entryPoints = [...Object.keys(shares), 'mail'].map((name) => join('handlers', `${name}.ts`));
  const bundles = await buildAll(entryPoints, '.data/chaos/functions', store);
  const functions: Stack['functions'] = {};
  for (const { name, file } of bundles) {
    const most = shares[name];
    if (most) functions[name] = { bundle: file, most };
  }
  return {
    name: 'this product',
    functions,
    store,
    prepare: prepareOn,
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
export async function stockStack(store: StoreKind): Promise<Stack> {
  const { library, source, prepare } = store === 'postgres' ? stockOnPostgres : stockOnMongo;
  return {
    name: `stock express-session and ${library}`,
    functions: { auth: { bundle: await buildOne(source), most: 10 } },
    store,
    prepare,
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

/** Each makes its sessions' table or index itself. */
const stockOnMongo = {
  library: 'connect-mongo',
  source: './stock-on-mongo.ts',
  prepare: async () => {},
};
const stockOnPostgres = {
  library: 'connect-session-knex',
  source: './stock-on-postgres.ts',
  prepare: async ({ DATABASE_URL = '' }: NodeJS.ProcessEnv) => {
    const knex = knexPackage.knex({ client: PostgresClient, connection: DATABASE_URL });
    await knex.schema.createTable('users', (table) => {
      table.increments('id');
      for (const column of ['email', 'password']) table.text(column);
    });
    await knex.destroy();
  },
};

/** Bundles a file beside this one as the functions are, and returns where it is. */
export async function buildOne(source: string): Promise<string> {
  const entryPoint = fileURLToPath(new URL(source, import.meta.url));
  const [bundle] = await buildAll([entryPoint], `.data/chaos/${basename(source, '.ts')}`, 'mongodb');
  if (!bundle) throw new Error(`${source} was not built`);
  return bundle.file;
}

async function buildAll(entryPoints: string[], outdir: string, store: StoreKind): Promise<Bundle[]> {
  const result = await build({ ...esbuildOptions({ store }), sourcemap: false, entryPoints, outdir });
  return writeBundles(result, resolve(outdir));
}
