import {
  MongoClientClosedError,
  MongoError,
  MongoErrorLabel,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
} from 'mongodb';

/** The server's code for a unique index that refuses a write. */
export const duplicateKeyCode = 11000;

/** True where the database did not answer within the limit it was given. */
export function isTimeout(error: unknown): boolean {
  return error instanceof MongoOperationTimeoutError || error instanceof MongoNetworkTimeoutError;
}

/** True where every connection of this instance was busy for the whole limit. */
export function isFullPool(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return [error, cause].some((each) => each instanceof Error && each.name === 'MongoWaitQueueTimeoutError');
}

/** True where the connection or the primary went away under the operation: another try finds another. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof MongoClientClosedError) return true;
  if (error instanceof MongoServerError)
    return error.hasErrorLabel(MongoErrorLabel.RetryableWriteError) || retryableCodes.has(Number(error.code));
  return error instanceof MongoNetworkError && !(error instanceof MongoNetworkTimeoutError);
}

/** True for everything that says "the database is out of reach or not ready", and nothing about our command. */
export function isOutage(error: unknown): boolean {
  return (
    isTimeout(error) ||
    isFullPool(error) ||
    isConnectionLost(error) ||
    error instanceof MongoServerSelectionError ||
    (error instanceof MongoError && error.name === 'MongoPoolClosedError') ||
    (error instanceof MongoServerError && error.code === 50)
  );
}

/** The fields of the unique index that refused the write, or undefined for any other error. */
export function duplicateKey(error: unknown): string[] | undefined {
  if (!(error instanceof MongoServerError) || error.code !== duplicateKeyCode) return undefined;
  return Object.keys((error.keyPattern as Record<string, unknown> | undefined) ?? {});
}

/** Shutdown, step-down and unreachable members (retryable reads and writes specifications). */
const retryableCodes = new Set([6, 7, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);
