import { builtinModules, createRequire } from 'node:module';
import type { Plugin } from 'esbuild';

const require = createRequire(import.meta.url);
const isBuiltin = new RegExp(`^(node:)?(${builtinModules.join('|')})$`);

/**
 * Leaves out of a bundle what its dependencies carry for other platforms: near half of its size, and time in
 * every cold start.
 */
export const slimDependencies: Plugin = {
  name: 'slim-dependencies',
  setup(build) {
    // body-parser reads text through iconv-lite, which carries the tables of the East Asian encodings. JSON is
    // UTF-8 (RFC 8259, section 8.1) and body-parser refuses other charsets before any table is asked for; one
    // that is asked for all the same fails by name, as a missing module.
    build.onResolve({ filter: /^\.\/tables\/[\w-]+\.json$/ }, ({ path, importer }) =>
      /[\\/]iconv-lite[\\/]/.test(importer) ? { path, external: true } : undefined,
    );
    // connect-mongo can encrypt sessions by kruptein, which brings an ASN.1 coder and big numbers. Ours are not
    // encrypted there; whoever turned it on would be told.
    build.onResolve({ filter: /^kruptein$/ }, ({ path }) => ({ path, namespace: 'left-out' }));
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: `export default () => { throw new Error('${path} is not in this bundle: see lib/dev/slim-dependencies.ts'); };`,
    }));
    // connect-mongo asks Node's assert for three checks of its options; it takes 2 ms of every cold start to load.
    build.onResolve({ filter: /^node:assert\/strict$/ }, ({ path, importer }) =>
      /[\\/]connect-mongo[\\/]/.test(importer) ? { path, namespace: 'assert' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'assert' }, () => ({
      contents: 'export default (holds, message) => { if (!holds) throw new TypeError(message); };',
    }));
    // The driver parses connection strings with an implementation of URL that is older than Node's own and
    // brings all of Unicode's domain name mapping. A test holds the two side by side.
    build.onResolve({ filter: /^whatwg-url$/ }, ({ path }) => ({ path, namespace: 'node-global' }));
    build.onLoad({ filter: /^whatwg-url$/, namespace: 'node-global' }, () => ({
      contents: 'module.exports = { URL, URLSearchParams };',
    }));
    // An `import` of Node's own modules reads every export of them, those too that load on first use: by
    // `node:http` all of fetch and WebSocket, a fifth of an import. `require` reads what is asked for.
    build.onResolve({ filter: isBuiltin }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({ contents: builtinModule(path) }));
  },
};

/** One of Node's own modules as an ES module that reads no export that nobody imports: a pure call can be left out. */
function builtinModule(path: string): string {
  const names = Object.keys(require(path)).filter((name) => /^[A-Za-z_]\w*$/.test(name));
  return [
    `const builtin = require(${JSON.stringify(path)});`,
    ...names.map((name) => `const builtin_${name} = /* @__PURE__ */ (() => builtin.${name})();`),
    `export { builtin as default, ${names.map((name) => `builtin_${name} as ${name}`).join(', ')} };`,
  ].join('\n');
}
