import { domainName } from './domain-name.ts';
import { check, optional, type Read } from './read-variables.ts';

/** The server that mail leaves by, as `SMTP_URL` says. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** Whether TLS begins with the connection (`smtps:`), before a word is said. */
  readonly secure: boolean;
  /** Whether a server that offers no STARTTLS is left before anything is told to it. */
  readonly requireTls: boolean;
  readonly login: { readonly user: string; readonly password: string } | undefined;
}

/** For submission (RFC 6409), and for submission under TLS (RFC 8314). */
const ports = { 'smtp:': 587, 'smtps:': 465 } as const;

const message =
  'smtp:// or smtps://, then user:password@host:port, each percent-encoded; no path, no options; both of user and password, or neither';

/** Reads the server, its port and its login; nothing that is wrong is quoted. */
export const readSmtpServer: Read<SmtpServer | undefined> = optional(undefined, (text) => {
  const given = text.trim();
  check(/^smtps?:\/\//i.test(given) && URL.canParse(given), message);
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(given);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  check(domainName.test(host) || isBracketed(hostname), message);
  check(/^\/?$/.test(pathname) && search === '' && hash === '', message);
  check(port !== '0' && (username === '') === (password === ''), message);
  const secure = protocol === 'smtps:';
  const login = username === '' ? undefined : { user: decoded(username), password: decoded(password) };
  return Object.freeze({
    host,
    port: Number(port || ports[secure ? 'smtps:' : 'smtp:']),
    secure,
    // On this machine nobody listens on the way, and a relay there seldom has a certificate; but a login is a login.
    requireTls: !secure && (login !== undefined || !isLoopback(host)),
    login: login && Object.freeze(login),
  });
});

/** An IPv6 address, which only URLs put in brackets. */
const isBracketed = (hostname: string) => hostname.startsWith('[');

const isLoopback = (host: string) => /^(localhost|::1|127(\.\d{1,3}){3})$/i.test(host);

/** Neither half of an escape, nor what would be a command or a field of its own to a server. */
function decoded(part: string): string {
  const text = /%(?![0-9a-f]{2})/i.test(part) ? undefined : tried(() => decodeURIComponent(part));
  check(text !== undefined && !/\p{Cc}/u.test(text), message);
  return text ?? '';
}

function tried<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
