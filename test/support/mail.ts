import type { KeptMail } from '../../lib/mail/outbox.ts';
import type { Instance } from './instance.ts';

/** The mails to an address, newest first, as the outbox keeps them. */
export function mailsTo(instance: Instance, address: string): Promise<KeptMail[]> {
  return instance.services.outbox.list(address);
}

/** The one link of a mail; throws where it has none, or several, or text and HTML differ. */
export function linkIn({ subject, text, html }: Pick<KeptMail, 'subject' | 'text' | 'html'>): URL {
  const links = [...text.matchAll(/https?:\/\/\S+/g)].map(([link]) => link);
  const hrefs = [...html.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'));
  const [link] = links;
  if (!link || links.length > 1 || hrefs.length > 1 || hrefs[0] !== link)
    throw new Error(`"${subject}" has not one link: ${[...links, ...hrefs].join(' ')}`);
  return new URL(link);
}

/** The newest mail to an address that has a link to `page`, and the token in it. */
export async function tokenTo(instance: Instance, address: string, page: string): Promise<string> {
  const links = (await mailsTo(instance, address)).map(linkIn);
  const token = links.find(({ pathname }) => pathname === page)?.searchParams.get('token');
  if (!token) throw new Error(`no mail to ${address} has a link to ${page}`);
  return token;
}
