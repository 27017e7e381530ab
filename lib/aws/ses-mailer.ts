import type { SESv2Client } from '@aws-sdk/client-sesv2';
import type { Mailer } from '../mail/mailer.ts';
import { toMailbox } from '../users/email.ts';

export interface SesMailerOptions {
  /** Sender, an address with or without a name. */
  from: string;
}

/** A call to SES lasts no longer, in milliseconds, tries included. */
const sendWithinMs = 10_000;

/**
 * Sends through Amazon SES v2, by the SDK that Lambda's runtime carries: it is loaded at the first mail and is no
 * part of the bundle.
 */
export function createSesMailer({ from }: SesMailerOptions): Mailer {
  let client: SESv2Client | undefined;

  return {
    send: async ({ to, subject, text, html }) => {
      const { SESv2Client, SendEmailCommand } = await import('@aws-sdk/client-sesv2');
      client ??= new SESv2Client({ maxAttempts: 3 });
      const body = { Text: utf8(text), Html: utf8(html) };
      const command = new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [toMailbox(to)] },
        Content: { Simple: { Subject: utf8(subject), Body: body } },
      });
      await client.send(command, { abortSignal: AbortSignal.timeout(sendWithinMs) });
    },
  };
}

function utf8(text: string) {
  return { Data: text, Charset: 'UTF-8' };
}
