import type { StoreKind } from '../base/config.ts';
import { storeKinds } from '../base/store-kind.ts';
import { UsageError } from './command.ts';

/** The store that STORE names. @throws {UsageError} where it names none. */
export function chosenStore({ STORE }: NodeJS.ProcessEnv): StoreKind {
  if (!STORE?.trim()) return 'mongodb';
  const chosen = storeKinds.find((kind) => kind === STORE);
  if (!chosen) throw new UsageError(`STORE: ${storeKinds.join(', ')}; unset means mongodb`);
  return chosen;
}

/** The same, where it can be deployed. @throws {UsageError} for one that is for one machine. */
export function deployableStore(env: NodeJS.ProcessEnv): StoreKind {
  const store = chosenStore(env);
  if (store === 'sqlite')
    throw new UsageError(
      'STORE=sqlite is for one machine: an instance of Lambda keeps no file, and shares none with another. ' +
        'Name mongodb, postgres or mysql',
    );
  return store;
}

/** The variable that says where the database of a store is. */
export const databaseVariable = (store: StoreKind) => (store === 'mongodb' ? 'MONGODB_URI' : 'DATABASE_URL');

/** What such a variable looks like, for a message. */
export const exampleOf: Readonly<Record<StoreKind, string>> = {
  mongodb: 'MONGODB_URI=mongodb://127.0.0.1:27017',
  postgres: 'STORE=postgres DATABASE_URL=postgres://user:password@127.0.0.1:5432/session_auth',
  mysql: 'STORE=mysql DATABASE_URL=mysql://user:password@127.0.0.1:3306/session_auth',
  sqlite: 'STORE=sqlite DATABASE_URL=sqlite:.data/session-auth.sqlite',
};
