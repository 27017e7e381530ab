import type { Config } from './config.ts';
import {
  type About,
  check,
  nameMessage,
  of,
  oneOf,
  optional,
  type Setting,
  whole,
} from './read-variables.ts';
import { type StoreKind, storeKinds } from './store-kind.ts';

/** What DATABASE_URL looks like for each store that takes one. */
const urlForms: Partial<Record<StoreKind, { form: RegExp; message: string }>> = {
  postgres: { form: /^postgres(ql)?:\/\/[^/]/, message: 'postgres://user:password@host:port/database' },
  mysql: { form: /^(mysql|mariadb):\/\/[^/]/, message: 'mysql://user:password@host:port/database' },
  sqlite: { form: /^sqlite:(?!:memory:|file:)./, message: 'sqlite: and the path of a file' },
};

const isDatabaseUrl = (store: StoreKind, text: string) =>
  urlForms[store]?.form.test(text) === true && (store === 'sqlite' || URL.canParse(text));

/** The database that a MongoDB connection string names, if it names one. */
function databaseIn(uri: string): string | undefined {
  const named = /^mongodb(?:\+srv)?:\/\/[^/?]*\/([^?]+)/.exec(uri)?.[1];
  try {
    return named && decodeURIComponent(named);
  } catch {
    return named;
  }
}

const uriMessage = 'a MongoDB connection string (mongodb:// or mongodb+srv://)';
const ownDatabaseMessage = 'names a database that is no application’s: name yours in MONGODB_DB';

const tableMessage =
  'a table of its own: a name of small letters, digits and "_", at most 40 characters, that no other table has';

const oneOfStores = oneOf(storeKinds, 'mongodb', `${storeKinds.join(', ')}; unset means mongodb`);

/** The store that is chosen, as far as that can be told; a bad STORE is told of where it is read itself. */
const storeIn = ({ present, bundledStore }: About) =>
  bundledStore ?? storeKinds.find((kind) => kind === present.STORE) ?? 'mongodb';

type DatabaseKey =
  | 'store'
  | 'mongodbUri'
  | 'databaseUrl'
  | 'databaseMaxPoolSize'
  | 'mongodbDatabase'
  | 'sessionCollection'
  | 'mongodbMaxPoolSize';

/** Where everything is kept, and how it is reached: a part of lib/base/settings.ts. */
export const databaseSettings: { readonly [Key in DatabaseKey]: Setting<Config[Key]> } = {
  store: of('STORE', (text, { insideLambda, bundledStore }) => {
    const store = oneOfStores(text);
    check(
      bundledStore === undefined || store === bundledStore,
      `this was built for ${bundledStore} and carries no other store: build it with the STORE that it runs with`,
    );
    check(
      store !== 'sqlite' || !insideLambda,
      'sqlite is for one machine: an instance of Lambda keeps no file',
    );
    return store;
  }),
  mongodbUri: of('MONGODB_URI', (text, about) => {
    if (storeIn(about) !== 'mongodb') return '';
    const uri = text?.trim() ?? '';
    check(about.isConnectionString(uri), uriMessage);
    return uri;
  }),
  databaseUrl: of('DATABASE_URL', (text, about) => {
    const store = storeIn(about);
    const url = text?.trim() ?? '';
    const message = urlForms[store]?.message;
    check(message === undefined || isDatabaseUrl(store, url), `needed for STORE=${store}: ${message}`);
    return message === undefined ? '' : url;
  }),
  databaseMaxPoolSize: of('DATABASE_MAX_POOL_SIZE', whole(1, 1000, 5)),
  mongodbDatabase: of('MONGODB_DB', (text, about) => {
    const uri = storeIn(about) === 'mongodb' ? about.present.MONGODB_URI?.trim() : undefined;
    const named = text ?? databaseIn(uri ?? '') ?? 'session_auth';
    if (text !== undefined) check(/^[\w-]{1,60}$/.test(text), nameMessage);
    else
      check(
        /^(?!(admin|config|local)$)[^/\\. "$*<>:|?\0]{1,63}$/.test(named),
        `MONGODB_URI ${ownDatabaseMessage}`,
      );
    return named;
  }),
  sessionCollection: of(
    'SESSION_COLLECTION',
    optional('sessions', (text, about) => {
      if (storeIn(about) === 'mongodb') check(/^(?!system\.)[A-Za-z_][\w.-]{0,59}$/.test(text), nameMessage);
      else check(about.isSessionTable(text), tableMessage);
      return text;
    }),
  ),
  mongodbMaxPoolSize: of('MONGODB_MAX_POOL_SIZE', whole(1, 1000, 5)),
};
