import { readSender } from '../base/sender.ts';
import { UsageError } from './command.ts';

/**
 * A copy of `env` whose MAIL_FROM is written as mails have it: serverless.yml permits sending for the domain that
 * stands there after the at sign, and IAM knows domains in ASCII only.
 *
 * @throws {UsageError} where it is no sender.
 */
export function withSender(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (!env.MAIL_FROM?.trim()) return env;
  const sender = readSender(env.MAIL_FROM);
  if (sender === undefined)
    throw new UsageError('MAIL_FROM: one address, alone or as Name <address>: no list, no line break');
  return { ...env, MAIL_FROM: sender };
}
