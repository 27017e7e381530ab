import { resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import type { StoreKind } from '../base/config.ts';

/** The stores' own code, below lib/store. */
const partsOf: Readonly<Record<StoreKind, readonly string[]>> = {
  mongodb: ['mongo/'],
  postgres: ['sql/', 'sql/dialects/postgres.ts'],
  mysql: ['sql/', 'sql/dialects/mysql.ts'],
  sqlite: ['sql/', 'sql/dialects/sqlite.ts'],
};
const parts = [...new Set(Object.values(partsOf).flat())];

/**
 * Leaves in a bundle the code of one store, and no driver of another: what `lib/store` imports of the others is an
 * empty module. {@link bundledStore} tells the code which one it is.
 */
export function oneStore(store: StoreKind): Plugin {
  return {
    name: 'one-store',
    setup(build) {
      build.onResolve({ filter: /^\.{1,2}\/(.*\/)?(mongo|sql|dialects)\// }, ({ path, resolveDir }) =>
        isAnothers(resolve(resolveDir, path), store) ? { path, namespace: 'another-store' } : undefined,
      );
      // As CommonJS, of which any name may be imported.
      build.onLoad({ filter: /.*/, namespace: 'another-store' }, () => ({
        contents: 'module.exports = {};',
      }));
    },
  };
}

/** True for a file that stands in a part of a store's code where this one has none. */
function isAnothers(file: string, store: StoreKind): boolean {
  const [, own] = file.replaceAll('\\', '/').split('/lib/store/');
  if (own === undefined) return false;
  const innermost = parts.filter((part) => own.startsWith(part)).sort((a, b) => b.length - a.length)[0];
  return innermost !== undefined && !partsOf[store].includes(innermost);
}
