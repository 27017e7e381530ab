import ipaddr from 'ipaddr.js';

const ipv6PrefixBytes = 8;
/** What providers give a customer's site at most: 65,536 networks. */
const ipv6SiteBytes = 6;

/**
 * The network that an address counts for: an IPv4 address, also one mapped into IPv6, or the /64 of an IPv6 one.
 *
 * A single customer holds a whole /64, so that counting addresses in it would count nothing. Callers without an
 * address share one network of their own.
 */
export function networkAddress(ip: string | undefined): string {
  if (ip === undefined || !ipaddr.isValid(ip)) return 'unknown';
  const address = ipaddr.process(ip);
  if (address.kind() === 'ipv4') return address.toString();
  return prefixOf(address, ipv6PrefixBytes);
}

/** The /48 of an IPv6 address, which one customer may hold whole; undefined for all that is none. */
export function siteAddress(ip: string | undefined): string | undefined {
  if (ip === undefined || !ipaddr.isValid(ip)) return undefined;
  const address = ipaddr.process(ip);
  return address.kind() === 'ipv4' ? undefined : prefixOf(address, ipv6SiteBytes);
}

function prefixOf(address: ReturnType<typeof ipaddr.process>, bytes: number): string {
  return `${Buffer.from(address.toByteArray().slice(0, bytes)).toString('hex')}/${bytes * 8}`;
}
