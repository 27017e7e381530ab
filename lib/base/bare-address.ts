import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An IP address without the port and the brackets that it may come with; undefined where it is none. */
export function bareAddress(given: string | undefined): string | undefined {
  const bare = given?.replace(/^\[([^\]]*)\](:\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1');
  return bare !== undefined && isIP(bare) > 0 ? bare : undefined;
}

/** Its last group is always the port, of IPv6 without brackets too: `2001:db8::1:8080`, which alone could be an address. */
const portAtEnd = 'cloudfront-viewer-address';

/**
 * The address that a CDN names in a header: alone or with a port, IPv6 with brackets or without. An IPv6 address comes in
 * the form of RFC 5952, one that is mapped from IPv4 as that.
 *
 * @param header its name in lower case, by which the two readings of an IPv6 address without brackets are told apart.
 * @returns undefined for whatever is not one address: a list, a name, an address with a zone.
 */
export function addressInHeader(header: string, value: string | undefined): string | undefined {
  const text = value?.trim() ?? '';
  const withoutPort = text.replace(/:\d{1,5}$/, '');
  const readings = header === portAtEnd ? [withoutPort, text] : [text, withoutPort];
  const found = readings.map(bareAddress).find((address) => address !== undefined);
  return found === undefined || found.includes('%') ? undefined : ipaddr.process(found).toString();
}
