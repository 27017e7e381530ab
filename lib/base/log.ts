import { inspect } from 'node:util';
import { HintedError } from './hinted-error.ts';
import { currentRequest } from './request.ts';

export type LogFields = Record<string, unknown>;

/** One JSON line a call. Never hand it a password, cookie, token, secret or body. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

const levels = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;

/** A log on standard output that drops what is below `level`. */
export function createLog(level: (typeof levels)[number]): Log {
  const least = levels.indexOf(level);
  const at = (each: (typeof levels)[number]) =>
    levels.indexOf(each) < least
      ? () => undefined
      : (message: string, fields: LogFields = {}) => {
          process.stdout.write(`${lineOf(each, message, fields)}\n`);
        };
  return { debug: at('DEBUG'), info: at('INFO'), warn: at('WARN'), error: at('ERROR') };
}

/** One line, as CloudWatch Logs Insights finds its fields; none of `fields` takes the place of ours. */
function lineOf(level: string, message: string, fields: LogFields): string {
  const traceId = currentRequest()?.traceId;
  const own = {
    level,
    message,
    timestamp: new Date().toISOString(),
    service: 'session-auth',
    ...(traceId === undefined ? {} : { traceId }),
  };
  try {
    return JSON.stringify({ ...own, ...fields, ...own });
  } catch {
    // A bigint, or what contains itself.
    return JSON.stringify({ ...own, fields: inspect(fields) });
  }
}

/** Causes that are followed; an error may be its own. */
const causesDeep = 4;

/**
 * An error as log fields: names, codes and stacks of the error and its causes, our own hints, and none of their messages.
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
    ...(error instanceof HintedError ? { hint: error.hint } : {}),
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
