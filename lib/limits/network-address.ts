import ipaddr from 'ipaddr.js';

const ipv6PrefixBytes = 8;

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
  return `${Buffer.from(address.toByteArray().slice(0, ipv6PrefixBytes)).toString('hex')}/64`;
}
