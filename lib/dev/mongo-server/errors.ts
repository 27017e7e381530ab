import type { Doc } from './value.ts';

/** The server's own names for the codes that the stand-in answers with. */
const codeNames: Readonly<Record<number, string>> = {
  1: 'InternalError',
  2: 'BadValue',
  14: 'TypeMismatch',
  15: 'Overflow',
  22: 'InvalidBSON',
  26: 'NamespaceNotFound',
  27: 'IndexNotFound',
  28: 'PathNotViable',
  40: 'ConflictingUpdateOperators',
  43: 'CursorNotFound',
  66: 'ImmutableField',
  67: 'CannotCreateIndex',
  85: 'IndexOptionsConflict',
  86: 'IndexKeySpecsConflict',
  238: 'NotImplemented',
  10334: 'BSONObjectTooLarge',
  11000: 'DuplicateKey',
};

/** An error that is answered to the client with MongoDB's code, and with `extra` fields where the server has them. */
export class ServerError extends Error {
  readonly code: number;
  readonly codeName: string;
  readonly extra: Doc;

  constructor(code: number, message: string, extra: Doc = new Map()) {
    super(message);
    this.code = code;
    this.codeName = codeNames[code] ?? `Location${code}`;
    this.extra = extra;
  }
}

/** Answers with one of MongoDB's own errors. */
export function fail(code: number, message: string): never {
  throw new ServerError(code, message);
}

/** Refuses what the stand-in does not know, whether MongoDB does or not. */
export function refuse(what: string): never {
  throw new ServerError(238, `the development stand-in for MongoDB does not support ${what}`);
}
