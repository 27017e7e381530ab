import { afterAll, beforeAll } from 'vitest';
import { createMongo, type Mongo } from '../../../lib/store/mongo/client.ts';
import { createIndexes } from '../../../lib/store/mongo/indexes.ts';
import { createMongoStore } from '../../../lib/store/mongo/store.ts';
import { readConfig } from '../../../lib/store/read-config.ts';
import { mongoDatabase } from '../../support/database.ts';
import { holding } from '../../support/holding-proxy.ts';
import { proxied } from '../../support/proxied.ts';
import { storeContract } from '../contract.ts';

const database = mongoDatabase('store contract');
const repeating = mongoDatabase('store contract twice');
const closing: (() => Promise<void>)[] = [];

function storeOn({ uri, name }: { uri: string; name: string }, by = (mongo: Mongo) => mongo) {
  const environment = { STAGE: 'test', MONGODB_URI: uri, MONGODB_DB: name };
  // Of the silent one everything is asked at once.
  const config = readConfig({ ...environment, MONGODB_MAX_POOL_SIZE: '50' }, 'database');
  const store = createMongoStore(by(createMongo(config)), config);
  closing.push(store.close);
  return store;
}

beforeAll(async () => {
  for (const each of [database, repeating]) await createIndexes(each.db(), { sessionCollection: 'sessions' });
});
afterAll(async () => {
  for (const close of closing) await close();
  await Promise.all([database.drop(), repeating.drop()]);
});

/** Nobody hears the answer of a first try: what is to be done is done, and asked for once more. */
function unheard(mongo: Mongo): Mongo {
  return {
    ...mongo,
    run: (operation) =>
      mongo.run(async (db, limit) => {
        await operation(db, limit);
        return operation(db, limit);
      }),
  };
}

async function openSilent() {
  const { proxy, database: behind } = await proxied(database);
  const store = storeOn(behind);
  await store.mailJobs.has('connected');
  proxy.pause();
  closing.push(async () => proxy.close());
  return store;
}

async function openHeld() {
  const behind = await holding(database);
  closing.push(behind.close);
  const store = storeOn(behind.database);
  await store.mailJobs.has('connected');
  if (!behind.readable) return null;
  const hold = (mentioned: string) =>
    behind.hold((command) => JSON.stringify(command).includes(mentioned), 1);
  return { store, hold };
}

storeContract('the store of MongoDB', {
  open: async () => storeOn(database),
  openRepeating: async () => storeOn(repeating, unheard),
  openSilent,
  openHeld,
});
