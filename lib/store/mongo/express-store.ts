import MongoStore from 'connect-mongo';
import type { Store } from 'express-session';
import type { Config } from '../../base/config.ts';
import type { Mongo } from './client.ts';

export interface ExpressStoreOptions {
  config: Pick<Config, 'mongodbDatabase' | 'sessionCollection'>;
  mongo: Mongo;
}

/** connect-mongo's store on our client: nothing is created as it is made, and no connection is awaited. */
export function createExpressStore({ config, mongo }: ExpressStoreOptions): new () => Store {
  return class ExpressStore extends MongoStore {
    constructor() {
      super({
        client: mongo.client(),
        dbName: config.mongodbDatabase,
        collectionName: config.sessionCollection,
        autoRemove: 'disabled',
        stringify: false,
      });
    }

    /** The client that is in use: after an outage it is another one than was given. */
    override close(): Promise<void> {
      return mongo.close();
    }
  };
}
