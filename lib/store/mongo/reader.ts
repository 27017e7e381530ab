import { BSON, type Db, type Document } from 'mongodb';
import type { Limit, Mongo } from './client.ts';
import { createTurns, type Turns } from './turns.ts';

/** Most requests that share a command; as many documents a server puts into its first answer. */
const mostAtOnce = 100;

export interface Source {
  /** Name of the collection. */
  from: string;
  projection?: Document;
}

/**
 * Reads one document by its `_id`, from the primary, or gives null.
 *
 * @throws {Problem} 503 `unavailable` where the database did not answer in time.
 */
export type Reader<T> = (id: string) => Promise<T | null>;

/** What a command brought; each call gives a document that nobody else has. */
type Found<T> = (id: string) => T | null;

/** Requests that share a command. */
interface Batch<T> {
  readonly ids: string[];
  /** Where all but the first wait until the command has its connection. */
  readonly begun: Turns;
  readonly answer: Promise<Found<T>>;
}

/**
 * Makes a reader for what every request does: where an instance serves many at once, those that wait for a
 * connection share one command. It is sent after all of them asked, so that none is told what was true before.
 */
export function createReader<T extends { _id: string }>(mongo: Mongo, source: Source): Reader<T> {
  let open: Batch<T> | undefined;

  const readAlone = (id: string) => mongo.run((db, limit) => readOne<T>(source, id, db, limit));

  async function lead(id: string): Promise<T | null> {
    const ids = [id];
    const begun = createTurns(0);
    const begin = () => {
      if (open === batch) open = undefined;
      for (const _ of ids) begun.done();
    };
    const asking = mongo.run((db, limit) => {
      begin();
      return readEach<T>(source, ids, db, limit);
    });
    const batch: Batch<T> = { ids, begun, answer: asking.finally(begin) };
    open = batch;
    const found = await batch.answer;
    return found(id);
  }

  async function follow({ ids, begun, answer }: Batch<T>, id: string): Promise<T | null> {
    if (ids.push(id) === mostAtOnce) open = undefined;
    try {
      const found = await mongo.share(begun, answer);
      return found(id);
    } catch {
      // The one that asked first may have had less time than is left here.
      return readAlone(id);
    }
  }

  return (id) => {
    if (!mongo.isBusy()) return readAlone(id);
    return open ? follow(open, id) : lead(id);
  };
}

/** `findOne` would do, but it makes a cursor, which takes the driver a quarter longer. */
async function readOne<T>(
  { from, projection = {} }: Source,
  _id: string,
  db: Db,
  { maxTimeMS }: Limit,
): Promise<T | null> {
  const command = { find: from, filter: { _id }, projection, limit: 1, singleBatch: true, maxTimeMS };
  const { cursor } = await db.command(command);
  return cursor.firstBatch[0] ?? null;
}

async function readEach<T extends { _id: string }>(
  { from, projection = {} }: Source,
  ids: readonly string[],
  db: Db,
  { maxTimeMS }: Limit,
): Promise<Found<T>> {
  const filter = { _id: { $in: [...new Set(ids)] } };
  const cursor = db.collection<{ _id: string }>(from).find(filter, { projection, raw: true, maxTimeMS });
  const found = new Map<string, () => T>();
  for (const bytes of (await cursor.toArray()) as unknown as Uint8Array[]) {
    let first: T | undefined = BSON.deserialize(bytes) as T;
    found.set(first._id, () => {
      const own = first ?? (BSON.deserialize(bytes) as T);
      first = undefined;
      return own;
    });
  }
  return (id) => found.get(id)?.() ?? null;
}
