import type { Collection, Document } from 'mongodb';
import type { Limit, Mongo } from './client.ts';

/** Gives a way to run operations on one collection, each within what is left of its request's time. */
export function onCollection<D extends Document>(mongo: Mongo, name: string) {
  return <T>(operation: (collection: Collection<D>, limit: Limit) => Promise<T>): Promise<T> =>
    mongo.run((db, limit) => operation(db.collection<D>(name), limit));
}
