import { checkFields, docsOf, flagOf, namespaceOf } from '../arguments.ts';
import { type Doc, decode, doc, encode, type Value } from '../bson-doc.ts';
import { refuse, ServerError } from '../errors.ts';
import type { Filter } from '../filter.ts';
import { type Found, findDocs } from '../query.ts';
import type { Collection, Storage } from '../storage.ts';
import { parseUpdate, type Update } from '../update.ts';
import { insertable, upsertBase } from '../upsert.ts';
import type { Context } from './context.ts';
import { deleteQuery, modifyQuery, updateQuery } from './queries.ts';

interface Outcome {
  n: number;
  nModified?: number;
  upserted?: Value;
}

/** Runs the statements of a write; ordered ones end at the first error. Errors become `writeErrors`. */
function runStatements(body: Doc, field: string, run: (statement: Doc) => Outcome): Doc {
  const statements = docsOf(body, field);
  const sum = { n: 0, nModified: 0 };
  const upserted: Value[] = [];
  const writeErrors: Value[] = [];
  for (const [index, statement] of statements.entries()) {
    try {
      const outcome = run(statement);
      sum.n += outcome.n;
      sum.nModified += outcome.nModified ?? 0;
      if (outcome.upserted !== undefined) upserted.push(doc({ index, _id: outcome.upserted }));
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      writeErrors.push(
        new Map<string, Value>([...doc({ index, code: error.code, errmsg: error.message }), ...error.extra]),
      );
      if (flagOf(body, 'ordered', true)) break;
    }
  }
  return doc({
    n: sum.n,
    nModified: field === 'updates' ? sum.nModified : undefined,
    upserted: upserted.length > 0 ? upserted : undefined,
    writeErrors: writeErrors.length > 0 ? writeErrors : undefined,
  });
}

export function insert(body: Doc, { storage }: Context): Doc {
  checkFields(body, 'documents ordered');
  const collection = storage.collection(namespaceOf(body));
  return runStatements(body, 'documents', (document) => {
    insertInto(storage, collection, document);
    return { n: 1 };
  });
}

export function update(body: Doc, { storage }: Context): Doc {
  checkFields(body, 'updates ordered');
  const ns = namespaceOf(body);
  const now = new Date();
  return runStatements(body, 'updates', (statement) => {
    const query = updateQuery(statement);
    const change = parseUpdate(statement.get('u'), now);
    if (query.limit === 0 && change.replacement) refuse('the replacement of many documents');
    const collection = storage.collections.get(ns);
    const found = findDocs(collection, query);
    if (collection && found.length > 0) {
      const modified = found.filter((item) => applyTo(storage, collection, item, change).isModified);
      return { n: found.length, nModified: modified.length };
    }
    if (!flagOf(statement, 'upsert')) return { n: 0 };
    return { n: 1, upserted: upsert(storage, ns, query.filter, change).get('_id') ?? null };
  });
}

/** Inserts a document, with an `_id` if it has none, and answers what was inserted. */
function insertInto(storage: Storage, collection: Collection, given: Doc): Doc {
  const document = insertable(given);
  storage.insert(collection, document, readable(encode(document)));
  return document;
}

/** What an update builds may be nested too deep to be read back, and must not be stored then. */
function readable(bytes: Buffer): Buffer {
  decode(bytes);
  return bytes;
}

function applyTo(storage: Storage, collection: Collection, { stored, doc: document }: Found, change: Update) {
  const after = change.apply(document, false);
  const bytes = readable(encode(after));
  const isSame = stored.bytes.equals(bytes);
  if (!isSame) storage.replace(collection, stored, after, bytes);
  return { after, isModified: !isSame || change.forced };
}

function upsert(storage: Storage, ns: string, filter: Filter, change: Update): Doc {
  const document = change.apply(upsertBase(filter, change.replacement), true);
  return insertInto(storage, storage.collection(ns), document);
}

export function remove(body: Doc, { storage }: Context): Doc {
  checkFields(body, 'deletes ordered');
  const collection = storage.collections.get(namespaceOf(body));
  return runStatements(body, 'deletes', (statement) => {
    const found = findDocs(collection, deleteQuery(statement));
    for (const { stored } of found) if (collection) storage.remove(collection, stored);
    return { n: found.length };
  });
}

export function findAndModify(body: Doc, { storage }: Context): Doc {
  const query = modifyQuery(body);
  const change = parseUpdate(body.get('update'), new Date());
  const ns = namespaceOf(body);
  const collection = storage.collections.get(ns);
  const [found] = findDocs(collection, query);
  const wantsNew = flagOf(body, 'new');
  if (found && collection) {
    // An update changes the decoded document in place.
    const before = decode(found.stored.bytes);
    const { after } = applyTo(storage, collection, found, change);
    return modifyReply({ n: 1, updatedExisting: true }, wantsNew ? after : before);
  }
  if (!flagOf(body, 'upsert')) return modifyReply({ n: 0, updatedExisting: false }, null);
  const made = upsert(storage, ns, query.filter, change);
  return modifyReply({ n: 1, updatedExisting: false, upserted: made.get('_id') }, wantsNew ? made : null);
}

function modifyReply(lastErrorObject: Record<string, Value | undefined>, value: Doc | null): Doc {
  return doc({ lastErrorObject: doc(lastErrorObject), value });
}
