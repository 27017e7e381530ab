import type { Doc } from './bson-doc.ts';

/** The server's own names for the codes that the stand-in answers with. */
const codeNames = new Map(
  `1 InternalError,2 BadValue,9 FailedToParse,13 Unauthorized,14 TypeMismatch,15 Overflow,16 InvalidLength,
  20 IllegalOperation,22 InvalidBSON,26 NamespaceNotFound,27 IndexNotFound,28 PathNotViable,40 ConflictingUpdateOperators,
  43 CursorNotFound,48 NamespaceExists,52 DollarPrefixedFieldName,53 InvalidIdField,54 NotSingleValueField,
  56 EmptyFieldName,59 CommandNotFound,66 ImmutableField,67 CannotCreateIndex,72 InvalidOptions,
  73 InvalidNamespace,85 IndexOptionsConflict,86 IndexKeySpecsConflict,171 CannotIndexParallelArrays,175 QueryPlanKilled,
  197 InvalidIndexSpecificationOption,238 NotImplemented,10334 BSONObjectTooLarge,11000 DuplicateKey,
  40415 IDLUnknownField`
    .split(',')
    .map((entry) => entry.trim().split(' ') as [string, string]),
);

/** An error that is answered to the client with MongoDB's code, and with `extra` fields where the server has them. */
export class ServerError extends Error {
  readonly code: number;
  readonly codeName: string;
  readonly extra: Doc;

  constructor(code: number, message: string, extra: Doc = new Map()) {
    super(message);
    this.code = code;
    this.codeName = codeNames.get(String(code)) ?? `Location${code}`;
    this.extra = extra;
  }
}

/** Answers with one of MongoDB's own errors. */
export function fail(code: number, message: string): never {
  throw new ServerError(code, message);
}

/** Refuses what MongoDB can do and the stand-in can not. */
export function refuse(what: string): never {
  throw new ServerError(238, `the development stand-in for MongoDB does not support ${what}`);
}
