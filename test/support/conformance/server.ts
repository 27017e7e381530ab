import type { Collection, Document } from 'mongodb';
import { type MongoTestDatabase, mongoDatabase } from '../database.ts';

/** A document of any shape. */
export interface Loose extends Document {
  _id: number;
}

/** The server under test. */
export interface Server {
  database: MongoTestDatabase;
  /** A new collection with that content. */
  collectionWith(...content: Document[]): Promise<Collection<Loose>>;
}

/** A database of its own on whatever server the tests have. */
export function serverUnderTest(): Server {
  const database = mongoDatabase('conformance');
  let collections = 0;
  return {
    database,
    async collectionWith(...content) {
      const collection = database.db().collection<Loose>(`case_${collections++}`);
      if (content.length > 0) await collection.insertMany(content as never);
      return collection;
    },
  };
}

/** The error of a promise that must not be kept. */
export async function errorOf(promise: Promise<unknown>): Promise<Document> {
  return promise.then(
    (value) => Promise.reject(new Error(`expected an error, got ${JSON.stringify(value)}`)),
    (error: Document) => error,
  );
}
