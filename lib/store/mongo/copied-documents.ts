import { type Document, ObjectId } from 'mongodb';
import { knownLanguage } from '../../base/language.ts';
import type { Kind } from '../contract.ts';
import type { CopiedRecord, CopiedRecords } from '../copying.ts';
import type * as record from '../records.ts';
import { type SessionDocument, toSessionDocument, toSessionRecord } from './session-document.ts';
import { toStoredCredentials, toUserRecord, type UserDocument } from './user-document.ts';

/** How a kind of record is read and written whole. */
export interface DocumentForm {
  /** The field by which it is read in order and found again: unique, with an index. */
  readonly key: string;
  /** Other fields that are unique, by their paths. */
  readonly unique?: readonly string[];
  /** Keys are the driver's ids, in hex where they are text. */
  readonly hasObjectId?: true;
  /** Null for what is no record yet. */
  toRecord(document: Document): CopiedRecord | null;
  toDocument(copied: CopiedRecord): Document;
}

type Typed<K extends Kind> = Omit<DocumentForm, 'toDocument'> & {
  toDocument(copied: CopiedRecords[K]): Document;
};

/** Documents that are their record but for the name of its key. */
const plain = { key: '_id', toRecord: withId, toDocument: byId };

export const documentForms: { readonly [K in Kind]: Typed<K> } = {
  events: {
    key: '_id',
    hasObjectId: true,
    toRecord: ({ _id, expiresAt, mayArriveAgain = false, ...event }) => ({
      id: hexOf(_id),
      expiresAt,
      mayArriveAgain,
      event: event.userId === undefined ? null : (event as Omit<record.EventRecord, 'id'>),
    }),
    toDocument: ({ id, expiresAt, mayArriveAgain, event }) => ({
      _id: new ObjectId(id),
      ...event,
      expiresAt,
      ...(mayArriveAgain && { mayArriveAgain }),
    }),
  },
  users: {
    key: '_id',
    unique: ['emailKey', 'credentials.factors.identities.key'],
    toRecord: (document) => {
      if (document.seatExpiresAt !== undefined) return null;
      const { lockedBy = null, changedBy = null } = document;
      return { ...toUserRecord(document as UserDocument), lockedBy, changedBy };
    },
    toDocument: ({ id, credentials, ...user }) => {
      const { lockedUntil, lockedBy, changedBy, credentialsChangedAt, addressChanges, ...rest } = user;
      const { roles, rolesRevision, disabledAt, ...always } = rest;
      return {
        _id: id,
        ...always,
        credentials: toStoredCredentials(credentials),
        ...(roles.length > 0 && { roles }),
        ...(rolesRevision > 0 && { rolesRevision }),
        ...(disabledAt && { disabledAt }),
        ...(lockedUntil && { lockedUntil }),
        ...(lockedBy !== null && { lockedBy }),
        ...(changedBy !== null && { changedBy }),
        ...(credentialsChangedAt && { credentialsChangedAt }),
        ...(addressChanges.length > 0 && { addressChanges }),
      };
    },
  },
  sessions: {
    key: '_id',
    toRecord: (document) => toSessionRecord(document as SessionDocument),
    toDocument: toSessionDocument,
  },
  tokens: {
    key: 'slot',
    unique: ['tokenHash'],
    toRecord: ({ _id, claimedBy = null, ...token }) => ({ ...token, claimedBy }) as CopiedRecords['tokens'],
    toDocument: ({ data: { email, credentialsVersion }, spent, ...token }) => ({
      ...token,
      // What is undefined the driver would store as null.
      data: { email, ...(credentialsVersion !== undefined && { credentialsVersion }) },
      ...(spent && { spent }),
    }),
  },
  signUps: {
    key: '_id',
    toRecord: ({ passwordHash, credentials = { password: passwordHash }, language, ...signUp }) =>
      withId({ ...signUp, language: knownLanguage(language), credentials }),
    toDocument: ({ credentials, ...signUp }) => ({
      ...byId(signUp),
      credentials: toStoredCredentials(credentials),
    }),
  },
  repeats: plain,
  counters: {
    key: '_id',
    toRecord: ({ _id, points, expire }) => ({ id: _id, points, expiresAt: expire }),
    toDocument: ({ id, points, expiresAt }) => ({ _id: id, points, expire: expiresAt }),
  },
  mailJobs: plain,
  outbox: {
    key: '_id',
    hasObjectId: true,
    toRecord: ({ _id, ...mail }) => withId({ _id: hexOf(_id), ...mail }),
    toDocument: ({ id, ...mail }) => ({ _id: new ObjectId(id), ...mail }),
  },
};

function withId({ _id: id, ...fields }: Document): CopiedRecord {
  return { id, ...fields } as unknown as CopiedRecord;
}

function byId({ id: _id, ...fields }: { readonly id: string }): Document {
  return { _id, ...fields };
}

const hexOf = (id: ObjectId): string => id.toHexString();
