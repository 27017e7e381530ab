import { Logger } from '@aws-lambda-powertools/logger';

export type LogFields = Record<string, unknown>;

/** One JSON line a call. Never hand it a password, cookie, token, secret or body. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** A log on standard output that drops what is below `level`. */
export function createLog(level: 'ERROR' | 'WARN' | 'INFO' | 'DEBUG'): Log {
  const logger = new Logger({ serviceName: 'session-auth', logLevel: level });
  return {
    debug: (message, fields = {}) => logger.debug(message, fields),
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
  };
}

/** Causes that are followed; an error may be its own. */
const causesDeep = 4;

/**
 * An error as log fields: names, codes and stacks of the error and its causes, and none of their messages.
 *
 * A message may quote what it is about: a document, an address, a connection string.
 */
export function errorFields(error: unknown, deep = causesDeep): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const { code, codeName } = error as { code?: unknown; codeName?: unknown };
  return {
    error: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof codeName === 'string' ? { codeName } : {}),
    stack: framesOf(error),
    ...(error.cause === undefined || deep === 0 ? {} : { cause: errorFields(error.cause, deep - 1) }),
  };
}

/** Where it was thrown. A stack begins with the message, which may have lines that look like places. */
function framesOf({ stack = '', message }: Error): string[] {
  const at = stack.indexOf(message);
  const frames = at < 0 ? stack : stack.slice(at + message.length);
  return frames
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => line.trim());
}
