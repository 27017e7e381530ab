import { isIP } from 'node:net';
import { type About, check } from './read-variables.ts';

const domainForm = /^[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*$/u;

/** Under these AWS gives names to everybody: whoever rents one could plant cookies for the others. */
const shared = /(?:^|\.)(?:amazonaws\.com|amazonaws\.com\.cn|on\.aws|cloudfront\.net)$/;

/**
 * The domain for which the session cookie is set, in ASCII.
 *
 * A suffix under which anybody registers, such as co.uk, is not known here: browsers keep no cookie for one, so that
 * nobody could sign in.
 */
export function readCookieDomain(text: string, { present, deployed }: About): string {
  const typed = text.trim();
  check(domainForm.test(typed), 'a domain such as example.com, without a scheme, a port or a dot before it');
  const domain = hostOf(`https://${typed}`) ?? '';
  check(domain !== '' && isIP(domain) === 0, 'a domain such as example.com, not an IP address');
  check(domain.includes('.'), 'a domain of two labels at least, such as example.com');
  check(!shared.test(domain), 'a domain of your own: the hosts of this one belong to others too');
  // A function that has no use for PUBLIC_URL is given none.
  const host = hostOf(present.PUBLIC_URL ?? (deployed === false ? 'http://localhost:3000' : ''));
  const isAbove = host === undefined || host === domain || host.endsWith(`.${domain}`);
  check(isAbove, 'the host of PUBLIC_URL, or a domain above it');
  return domain;
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}
