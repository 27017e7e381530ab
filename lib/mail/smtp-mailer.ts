import type { NodemailerError } from 'nodemailer/lib/errors';
import { HintedError } from '../base/hinted-error.ts';
import { plainSender } from '../base/sender.ts';
import type { SmtpServer } from '../base/smtp-settings.ts';
import { toMailAddress, toMailbox } from '../users/email.ts';
import type { Mailer } from './mailer.ts';

export interface SmtpMailerOptions {
  server: SmtpServer;
  /** Sender as a header field takes it, an address with or without a name. */
  from: string;
  /** Certificates of authorities that are trusted in place of Node's own, in PEM. */
  ca?: string;
  /** How long one mail may take in all, in milliseconds. */
  withinMs?: number;
}

/** With what the database may take before and after, within the 25 s of the function `mail`. */
const sendWithinMs = 15_000;

/**
 * Sends by a server of SMTP, over one connection a mail: an instance that sleeps would find a kept one dead. The
 * library is loaded at the first mail.
 *
 * Nothing is told to a server that offers no STARTTLS, nor to one whose certificate is not trusted.
 */
export function createSmtpMailer({ server, from, ca, withinMs = sendWithinMs }: SmtpMailerOptions): Mailer {
  const { host, port, secure, requireTls: requireTLS, login } = server;
  const { name, address } = plainSender(from);
  const options = {
    ...{ host, port, secure, requireTLS, ignoreTLS: !secure && !requireTLS },
    ...(login && { auth: { user: login.user, pass: login.password } }),
    ...(ca && { tls: { ca } }),
    // A wait that has a limit of its own ends by a message that says what was waited for.
    ...{ dnsTimeout: withinMs / 3, connectionTimeout: withinMs / 2, greetingTimeout: withinMs / 2 },
    socketTimeout: withinMs / 1.5,
    // What a mail says is text, and nothing in it names a file or an address to be fetched.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  };

  return {
    send: async ({ to, subject, text, html }) => {
      if (toMailAddress(to) !== to) throw new SmtpError({ code: 'EENVELOPE' });
      const { createTransport } = await import('nodemailer');
      const mailbox = toMailbox(to);
      const mail = {
        ...{ from: { name, address }, to: { name: '', address: mailbox }, subject, text, html },
        envelope: { from: address, to: [mailbox] },
        signal: AbortSignal.timeout(withinMs),
      };
      try {
        await createTransport(options).sendMail(mail);
      } catch (error) {
        throw new SmtpError(error);
      }
    },
  };
}

const hints: Readonly<Record<string, string>> = {
  EAUTH: 'the mail server refuses the user or the password of SMTP_URL',
  ETLS: 'the mail server offers no TLS, or a certificate that is not trusted for its name',
  EENVELOPE: 'the mail server refuses the recipient, or the sender of MAIL_FROM',
  EMESSAGE: 'the mail server refuses what the mail says, or gave up on it',
};

const unreached =
  'the mail server of SMTP_URL is not reached or does not answer in time: look at its name, its port and whether this function has a way out of its VPC';

/**
 * A mail that the server has not taken: says by which step, and with which reply, and nothing of what the server
 * said, which quotes addresses.
 */
class SmtpError extends HintedError {
  override readonly name = 'SmtpError';
  /** Such as `EAUTH 535`; 4xx is for now and 5xx for good. */
  readonly code: string;

  constructor(cause: unknown) {
    const { code: step = 'ECONNECTION', originalCode = '', responseCode } = cause as Partial<NodemailerError>;
    const code = /CERT|SIGNATURE|_SSL_|_TLS_/.test(originalCode) ? 'ETLS' : step;
    super('the mail was not taken', hints[code] ?? unreached);
    this.code = responseCode ? `${code} ${responseCode}` : code;
  }
}
