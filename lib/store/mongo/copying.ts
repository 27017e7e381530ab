import { BSON, type Document, MongoClient, ObjectId } from 'mongodb';
import type { ConfigFor } from '../../base/config.ts';
import type { Kind } from '../contract.ts';
import { type CopiedRecord, type CopyMark, type CopySide, entryOf } from '../copying.ts';
import { createMongo } from './client.ts';
import { collections } from './collections.ts';
import { ourConcerns, withoutConcerns } from './connection-string.ts';
import { type DocumentForm, documentForms } from './copied-documents.ts';
import { accessErrorOf, isOutage } from './errors.ts';
import { findMissingIndexes } from './missing-indexes.ts';
import { dataOf, fieldsIn, fieldsOf, toStoredFields } from './session-fields.ts';

/** Where the mark of a copy is kept; empty when it is complete. */
export const markCollection = 'copy_mark';

/** Longer than a request may wait: a batch is a thousand times what a request writes. */
const socketTimeoutMS = 60_000;

type MarkDocument = Omit<CopyMark, 'source'> & { _id: string };

/** All that MongoDB keeps, record by record, on a connection of its own. */
export function openMongoCopying(config: ConfigFor<'database'>): CopySide {
  const client = new MongoClient(withoutConcerns(config.mongodbUri), {
    ...ourConcerns,
    serverSelectionTimeoutMS: 5000,
    socketTimeoutMS,
    maxPoolSize: 2,
  });
  const db = client.db(config.mongodbDatabase);
  const names = { ...collections, sessions: config.sessionCollection };
  const marks = db.collection<MarkDocument>(markCollection);
  const of = (kind: Kind) => ({
    form: documentForms[kind] as DocumentForm,
    collection: db.collection<Document>(names[kind]),
  });
  const keyIn = ({ hasObjectId }: DocumentForm, key: string) => (hasObjectId ? new ObjectId(key) : key);

  return {
    fields: { name: 'bson', fieldsOf, dataOf, readAgain },
    missing: async () => {
      const mongo = createMongo(config);
      try {
        return await findMissingIndexes(mongo, config)('all');
      } finally {
        await mongo.close();
      }
    },
    read: async (kind, { after, upTo, most }) => {
      const { form, collection } = of(kind);
      const range = {
        ...(after !== undefined && { $gt: keyIn(form, after) }),
        ...(upTo !== undefined && { $lte: keyIn(form, upTo) }),
      };
      const filter = after === undefined && upTo === undefined ? {} : { [form.key]: range };
      const found = await collection
        .find(filter)
        .sort({ [form.key]: 1 })
        .limit(most)
        .toArray();
      return found.map((document) => entryOf(String(document[form.key]), document, form.toRecord));
    },
    insert: async (kind, records) => {
      const { form, collection } = of(kind);
      const documents = records.map((copied) => form.toDocument(copied));
      for (const path of form.unique ?? []) {
        const values = documents.flatMap((document) => valuesAt(document, path));
        if (values.length > 0) await collection.deleteMany({ [path]: { $in: values } });
      }
      await collection.insertMany(documents as (Document & CopiedRecord)[], { ordered: false });
    },
    remove: async (kind, keys) => {
      const { form, collection } = of(kind);
      await collection.deleteMany({ [form.key]: { $in: keys.map((key) => keyIn(form, key)) } });
    },
    readMark: async () => {
      const mark = await marks.findOne({});
      return mark && { source: mark._id, newestEventAt: mark.newestEventAt };
    },
    putMark: async ({ source: _id, newestEventAt }) => {
      await marks.replaceOne({ _id }, { newestEventAt }, { upsert: true });
    },
    removeMark: async () => {
      await marks.deleteMany({});
    },
    isRefusal: (error) => !isOutage(error),
    hintOf: (error) => accessErrorOf(error)?.hint,
    close: () => client.close(),
  };
}

/** What stands under a path, in lists on the way too. */
function valuesAt(document: Document, path: string): unknown[] {
  const step = (found: unknown[], name: string) =>
    found.flatMap((each) => (each as Record<string, unknown>)[name] ?? []);
  return path.split('.').reduce(step, [document]);
}

const readAgain: CopySide['fields']['readAgain'] = (fields) =>
  fieldsIn(BSON.deserialize(BSON.serialize(toStoredFields(fields))));
