import { plainSender, readSender } from '../../base/sender.ts';
import { UsageError } from '../command.ts';
import { allow, arnHere, type Service } from './service.ts';

/**
 * Lets `mail` alone send by SES, as the sender of MAIL_FROM: by that address, or by its domain or one above it, as they
 * are verified there, with the configuration sets that an identity may have. IAM knows domains in ASCII only: MAIL_FROM
 * is written as mails have it.
 *
 * @throws {UsageError} where it is no sender.
 */
export function allowSending(service: Service): void {
  const environment = service.functions.mail?.environment;
  const from = String(environment?.MAIL_FROM ?? '');
  if (!environment || from.trim() === '') return;
  const sender = readSender(from);
  if (sender === undefined)
    throw new UsageError('MAIL_FROM: one address, alone or as Name <address>: no list, no line break');
  environment.MAIL_FROM = sender;
  const { address } = plainSender(sender);
  const [, domain = ''] = address.split('@');
  const identities = [address, ...andAbove(domain)].map((each) => `identity/${each}`);
  const Resource = [...identities, 'configuration-set/*'].map((each) => arnHere('ses', each));
  allow(service, 'MailRole', 'send', { Effect: 'Allow', Action: ['ses:SendEmail'], Resource });
}

/** A domain and those above it that have a dot. */
function andAbove(domain: string): string[] {
  const labels = domain.split('.');
  return labels
    .map((_, at) => labels.slice(at).join('.'))
    .filter((each) => each === domain || each.includes('.'));
}
