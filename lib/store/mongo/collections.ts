import type { Collection, Document } from 'mongodb';
import { recordNames } from '../record-names.ts';
import type { Limit, Mongo } from './client.ts';

const { sessions: _configured, ...others } = recordNames;

/** The collections of the product but that of sessions, whose name `SESSION_COLLECTION` says. */
export const collections = others;

/** Runs an operation on one collection; it must be one that may be sent twice. */
export type RunOn<D extends Document> = <T>(
  operation: (collection: Collection<D>, limit: Limit) => Promise<T>,
) => Promise<T>;

/** Ties operations to a collection. */
export function runOn<D extends Document>(mongo: Mongo, name: string): RunOn<D> {
  return (operation) => mongo.run((db, limit) => operation(db.collection<D>(name), limit));
}
