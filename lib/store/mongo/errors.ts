import {
  MongoClientClosedError,
  MongoError,
  MongoErrorLabel,
  MongoExpiredSessionError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerClosedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  MongoWriteConcernError,
} from 'mongodb';
import { AccessError, type AccessFault, accessHint } from '../access-error.ts';
import { isNetworkError } from '../network-error.ts';

/** The server's code for a unique index that refuses a write. */
export const duplicateKeyCode = 11000;

/**
 * True for everything that says "the database is out of reach, not ready or too slow", and nothing about our
 * command: another try may find it well.
 */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (!(error instanceof MongoError)) return isNetworkError(error);
  if (outageLabels.some((label) => error.hasErrorLabel(label))) return true;
  if (outageClasses.some((kind) => error instanceof kind) || outageNames.has(error.name)) return true;
  return error instanceof MongoServerError && outageCodes.has(Number(error.code));
}

/** True where the time that an operation was given is over, whatever it waited for. */
export function isTimeout(error: unknown): boolean {
  return error instanceof MongoOperationTimeoutError;
}

/** What somebody has to put right, as an error or its cause says. */
export function accessErrorOf(error: unknown): AccessError | undefined {
  const said = [error, (error as Error).cause].find((each) => each instanceof MongoServerError);
  const fault = accessFaults.get(Number(said?.code));
  return fault && new AccessError(fault, accessHint(fault, 'mongodb'), said);
}

/** The fields of the unique index that refused the write, or undefined for any other error. */
export function duplicateKey(error: unknown): string[] | undefined {
  if (!(error instanceof MongoServerError) || error.code !== duplicateKeyCode) return undefined;
  return Object.keys((error.keyPattern as Record<string, unknown> | undefined) ?? {});
}

/** A connection that could not be opened, credentials refused among them, and a server that says "not now". */
const outageLabels = [
  MongoErrorLabel.HandshakeError,
  MongoErrorLabel.RetryableWriteError,
  MongoErrorLabel.SystemOverloadedError,
];

const outageClasses = [
  // Written, but not by the majority: what was written may be undone.
  MongoWriteConcernError,
  MongoNetworkError,
  MongoOperationTimeoutError,
  MongoServerSelectionError,
  // These say that the client was closed under the operation, as happens when a broken one is replaced.
  MongoClientClosedError,
  MongoTopologyClosedError,
  MongoServerClosedError,
  MongoNotConnectedError,
  MongoExpiredSessionError,
];

/** UserNotFound, AuthenticationFailed, Atlas' own of that, Unauthorized. */
const accessFaults = new Map<number, AccessFault>([
  [11, 'credentials'],
  [18, 'credentials'],
  [8000, 'credentials'],
  [13, 'grants'],
]);

/** Classes that the driver does not export. */
const outageNames = new Set(['MongoPoolClosedError', 'MongoWaitQueueTimeoutError']);

/**
 * Shutdown, step-down and unreachable members (the retryable reads and writes specifications), limits of time that
 * were passed on the server (50, 64, 262), and missing rights (13).
 */
const outageCodes = new Set([
  6, 7, 13, 50, 64, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436,
]);
