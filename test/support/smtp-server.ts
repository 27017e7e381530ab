import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { onTestFinished } from 'vitest';
import { smtpCertificate } from './smtp-certificate.ts';

/** A mail that a server has taken. */
export interface TakenMail {
  from: string;
  to: string[];
  /** Who had logged in; undefined where nobody had. */
  user: unknown;
  /** Whether it came under TLS. */
  isSecure: boolean;
  message: string;
}

export const smtpUser = 'sender@example.com';
/** Of characters that a URL has other uses for. */
export const smtpPassword = 'p@ss:w/rd%?#';

/** A real mail server for the rest of a test, which takes one user with one password, and shows {@link smtpCertificate}. */
export async function startSmtpServer(options: SMTPServerOptions = {}) {
  const taken: TakenMail[] = [];
  const seen = { connections: 0, passwords: [] as unknown[] };
  const server = new SMTPServer({
    ...smtpCertificate,
    onConnect: (_session, done) => {
      seen.connections += 1;
      done();
    },
    onAuth: ({ username, password }, _session, done) => {
      seen.passwords.push(password);
      const isRight = username === smtpUser && password === smtpPassword;
      done(isRight ? null : new Error('Wrong'), isRight ? { user: username } : {});
    },
    onData: (stream, { envelope, user, secure }, done) => {
      text(stream).then((message) => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : '';
        taken.push({
          from,
          to: envelope.rcptTo.map(({ address }) => address),
          user,
          isSecure: secure,
          message,
        });
        done();
      }, done);
    },
    // A test that breaks a connection off does not wait for it.
    closeTimeout: 100,
    ...options,
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  onTestFinished(() => new Promise<void>((done) => void server.close(() => done())));
  return { port: (server.server.address() as AddressInfo).port, taken, seen };
}

/** The header fields of a message, by their names in small letters, and its parts by their types. */
export function readMessage(message: string) {
  const { fields, body } = split(message);
  const boundary = /boundary="([^"]+)"/.exec(fields['content-type'] ?? '')?.[1];
  const parts = boundary ? body.split(`--${boundary}`).slice(1, -1) : [message];
  const read = parts.map((part) => {
    const inner = split(part.replace(/^\r\n/, ''));
    const type = /^[\w/]+/.exec(inner.fields['content-type'] ?? '')?.[0] ?? '';
    return [type, decoded(inner.body, inner.fields['content-transfer-encoding'])] as const;
  });
  return { fields, parts: Object.fromEntries(read) as Record<string, string> };
}

function split(message: string) {
  const [head = '', ...rest] = message.split('\r\n\r\n');
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const fields = lines.map((line) => {
    const at = line.indexOf(':');
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()] as const;
  });
  return { fields: Object.fromEntries(fields) as Record<string, string>, body: rest.join('\r\n\r\n') };
}

function decoded(body: string, encoding = '7bit'): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString();
  if (encoding !== 'quoted-printable') return body.trimEnd();
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}

/** A header field's encoded words (RFC 2047) as people read them. */
export function readWords(field = ''): string {
  return field
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, form: string, word: string) =>
      form.toLowerCase() === 'b'
        ? Buffer.from(word, 'base64').toString()
        : decoded(word.replaceAll('_', ' '), 'quoted-printable'),
    );
}
