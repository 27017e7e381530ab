import { readFile } from 'node:fs/promises';
import { builtinModules, createRequire } from 'node:module';
import type { Plugin } from 'esbuild';

// Of this file by its path alone: as a plugin of Serverless it is loaded under an address that tsx adds to on Node 24, and
// would then add to the names of Node's own modules.
const require = createRequire(import.meta.filename);
const isReadWhole = new RegExp(`^((node:)?(${builtinModules.join('|')})|mongodb)$`);

/** What no request reaches, by its path under node_modules; whoever reaches it all the same is told by its name. */
const leftOut = [
  // connect-mongo can encrypt sessions by it, with an ASN.1 coder and big numbers. Ours are not encrypted there.
  'kruptein/',
  // Another cloud's events; ours are read by us, and reach serverless-http as those of AWS.
  'serverless-http/lib/provider/azure/',
  // It needs a library that is not installed.
  'mongodb/lib/client-side-encryption/',
  // Files in the database: there is none.
  'mongodb/lib/gridfs/',
  // They outlive an answer, and Lambda stops an instance that has answered.
  'mongodb/lib/(change_stream|cursor/change_stream_cursor)\\.js',
  // One command for several collections, which servers before MongoDB 8 do not have.
  'mongodb/lib/(operations/client_bulk_write/|cursor/client_bulk_write_cursor\\.js)',
  // Signing in to the database by a token of Azure, Google or Kubernetes, or of a person at a browser.
  'mongodb/lib/cmap/auth/mongodb_oidc/',
  // Knex's clients by their names, all nine of them: ours is named by its class.
  'knex/lib/dialects/index\\.js',
  // Knex's own steps of a schema, read from folders: ours are made by `npm run db:prepare`.
  'knex/lib/migrations/',
  // It needs a library that is not installed.
  'pg/lib/native/',
  // What makers of authenticators attest by certificates, which we ask for none of: X.509, their root certificates,
  // and the metadata that the FIDO Alliance publishes about them. ASN.1 stays as far as signatures are written in it.
  '@peculiar/(x509|asn1-(android|asym-key|cms|csr|pfx|pkcs8|pkcs9|rsa|x509|x509-attr|x509-post-quantum))/',
  '@peculiar/asn1-ecc/build/(es2015|cjs)/(algorithms|ec_parameters|ec_private_key|object_identifiers|rfc3279)\\.js',
  '@simplewebauthn/server/(esm|script)/(metadata|services/defaultRootCerts)/',
  '@simplewebauthn/server/(esm|script)/services/metadataService\\.js',
  '@simplewebauthn/server/(esm|script)/registration/verifications/(tpm/|verifyAttestation(Android|Apple|FIDO))',
  '@simplewebauthn/server/(esm|script)/helpers/(getCertificateInfo|isCertRevoked|validateCertificatePath)\\.js',
];

/** Of the packages that something is left out of, those that are ES modules. */
const esModules = ['@simplewebauthn/server/esm/'];

/** What is asked for in a table, and missed there as any unknown name is. */
const emptied = [
  // The alphabets of iconv-lite but UTF-8 and UTF-16. body-parser asks for one where a body is read as text, and answers
  // 415 where it is not there; ours are read as bytes, and as UTF-8 (RFC 8259, section 8.1).
  'iconv-lite/encodings/(utf7|utf32|sbcs-codec|sbcs-data|sbcs-data-generated|dbcs-codec|dbcs-data)\\.js',
];

/** What is older than what Node has of its own, as the CommonJS that stands in for it. */
const nodesOwn: Record<string, string> = {
  // The driver parses connection strings by it, and it brings all of Unicode's domain name mapping.
  'whatwg-url': 'module.exports = { URL, URLSearchParams };',
  // Signing in to Atlas by IAM. Lambda has its role's credentials in the environment; the SDK that finds them elsewhere too
  // takes hundreds of milliseconds to load.
  '@aws-sdk/credential-providers': `module.exports = { fromNodeProviderChain: () => async () => ({
    accessKeyId: process.env.AWS_ACCESS_KEY_ID,
    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
    sessionToken: process.env.AWS_SESSION_TOKEN,
  }) };`,
  // qs notes by it what it has seen, always objects. It brings a printer of values for its one message.
  'side-channel': 'module.exports = () => new WeakMap();',
};

/**
 * Leaves out of a bundle what its dependencies carry for other platforms and other uses: near half of its size, and
 * time in every cold start. Tests hold what is left to what it was.
 */
export const slimDependencies: Plugin = {
  name: 'slim-dependencies',
  setup(build) {
    build.onLoad({ filter: under(leftOut) }, async ({ path }) => ({
      contents: under(esModules).test(path) ? await moduleNamingItself(path) : namingItself(path),
    }));
    build.onLoad({ filter: under(emptied) }, () => ({ contents: 'module.exports = {};' }));
    build.onResolve({ filter: exactly(Object.keys(nodesOwn)) }, ({ path }) => ({
      path,
      namespace: 'nodes-own',
    }));
    build.onLoad({ filter: /.*/, namespace: 'nodes-own' }, ({ path }) => ({
      contents: nodesOwn[path] ?? '',
    }));
    build.onLoad({ filter: under(['@mongodb-js/saslprep/dist/node\\.js']) }, async ({ path }) => ({
      contents: preparedLate(await readFile(path, 'utf8')),
    }));
    build.onLoad({ filter: under(['mime-db/db\\.json']) }, async ({ path }) => ({
      contents: JSON.stringify(usedMediaTypes(JSON.parse(await readFile(path, 'utf8')))),
      loader: 'json',
    }));
    // The driver tells the server its version, and carries all of its manifest for that.
    build.onLoad({ filter: under(['mongodb/package\\.json']) }, ({ path }) => ({
      contents: JSON.stringify({ version: require(path).version }),
      loader: 'json',
    }));
    // connect-mongo asks Node's assert for three checks of its options; it takes 2 ms of every cold start to load.
    build.onResolve({ filter: /^node:assert\/strict$/ }, ({ path, importer }) =>
      under(['connect-mongo/']).test(importer) ? { path, namespace: 'assert' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'assert' }, () => ({
      contents: 'export default (holds, message) => { if (!holds) throw new TypeError(message); };',
    }));
    // An `import` of CommonJS reads every export of it, and once more for each importer. That takes 2 ms of a cold
    // start with the driver's 200; with Node's own modules it reads those too that load on first use: by `node:http`
    // all of fetch and WebSocket, a fifth of an import. `require` reads what is asked for.
    build.onResolve({ filter: isReadWhole }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'read-in-part' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'read-in-part' }, ({ path }) => ({
      contents: readInPart(path),
      resolveDir: import.meta.dirname,
    }));
  },
};

function exactly(names: readonly string[]): RegExp {
  return new RegExp(`^(${names.join('|')})$`);
}

/** The files below these paths of node_modules, on Windows too. */
function under(paths: readonly string[]): RegExp {
  return new RegExp(
    `[\\\\/]node_modules[\\\\/](${paths.map((path) => path.replaceAll('/', '[\\\\/]')).join('|')})`,
  );
}

/** A module of which every export, called or constructed, throws. */
function namingItself(path: string): string {
  return `
    ${throwing(path)}
    module.exports = new Proxy(leftOut, {
      get: (target, name) => (name === '__esModule' ? undefined : name in target ? target[name] : leftOut),
    });`;
}

/** The same as an ES module, which has no `module` to write to, and names what it exports. */
async function moduleNamingItself(path: string): Promise<string> {
  const source = await readFile(path, 'utf8');
  const names = [...source.matchAll(/^export (?:async )?(?:function|class|const|let) (\w+)/gm)];
  return `${throwing(path)}\nexport { ${names.map(([, name]) => `leftOut as ${name}`).join(', ')} };`;
}

/** A function that says what is not there: `code` is what the log shows of a foreign error. */
function throwing(path: string): string {
  const name = path.replace(/^.*[\\/]node_modules[\\/]/, '').replaceAll('\\', '/');
  return `
    function leftOut() {
      const message = '${name} is not in this bundle: see lib/dev/slim-dependencies.ts';
      throw Object.assign(new Error(message), { code: 'left out: ${name}' });
    }`;
}

/**
 * What mime-types reads of a database of 150 kB, and nothing of what it passes over: types without a file name
 * extension and without a charset.
 */
function usedMediaTypes(all: Record<string, MediaType>): Record<string, MediaType> {
  const used = Object.entries(all).filter(([, { extensions, charset }]) => extensions || charset);
  return Object.fromEntries(
    used.map(([name, { source, charset, extensions }]) => [name, { source, charset, extensions }]),
  );
}

/**
 * What prepares the database's password, with its table of Unicode only where a password needs it: what is printable ASCII
 * stays as it is (RFC 4013, section 2). The table takes 5 % of a cold start to unpack.
 */
function preparedLate(source: string): string {
  return `
    let whole;
    function load() {
      const module = { exports: {} };
      (function (exports) { ${source}
      }).call(module.exports, module.exports);
      return module.exports;
    }
    exports.saslprep = (password, options) =>
      /^[ -~]+$/.test(password) ? password : (whole ??= load())(password, options);`;
}

/** An entry of mime-db. */
interface MediaType {
  source?: string | undefined;
  charset?: string | undefined;
  extensions?: string[] | undefined;
}

/** A CommonJS module as an ES module that reads no export that nobody imports: a pure call can be left out. */
function readInPart(path: string): string {
  const names = Object.keys(require(path)).filter(
    (name) => /^[A-Za-z_]\w*$/.test(name) && name !== '__esModule',
  );
  return [
    `const whole = require(${JSON.stringify(path)});`,
    ...names.map((name) => `const whole_${name} = /* @__PURE__ */ (() => whole.${name})();`),
    `export { whole as default, ${names.map((name) => `whole_${name} as ${name}`).join(', ')} };`,
  ].join('\n');
}
