import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, test } from 'vitest';
import { addressInHeader } from '../../lib/base/bare-address.ts';
import { networkAddress } from '../../lib/base/network-address.ts';
import { oddText } from '../support/odd-values.ts';

const cloudFront = 'cloudfront-viewer-address';
const others = ['cf-connecting-ip', 'x-real-ip', 'x-viewer-address'];

const port = fc.integer({ min: 0, max: 65_535 });
const ipv4 = fc.ipV4();
/** Whole and shortened, in small letters and capitals. */
const ipv6 = fc.uint8Array({ minLength: 16, maxLength: 16 }).chain((bytes) => {
  const address = new ipaddr.IPv6([...bytes]);
  const whole = address.parts.map((part) => part.toString(16).padStart(4, '0')).join(':');
  const forms = [address.toString(), address.toNormalizedString(), whole];
  return fc.constantFrom(...forms, ...forms.map((form) => form.toUpperCase()));
});

describe('the address in a header of a CDN', () => {
  test.each([
    [cloudFront, '203.0.113.7:46532', '203.0.113.7'],
    [cloudFront, '2001:db8::1:46532', '2001:db8::1'],
    [cloudFront, '2001:db8::1:8080', '2001:db8::1'],
    [cloudFront, '[2001:db8::1]:46532', '2001:db8::1'],
    [cloudFront, '2001:0DB8:0000:0000:0000:0000:0000:0001:443', '2001:db8::1'],
    [cloudFront, '::ffff:203.0.113.7:443', '203.0.113.7'],
    [cloudFront, '203.0.113.7', '203.0.113.7'],
    [cloudFront, '2001:db8:0:0:0:0:0:1', '2001:db8::1'],
    ['cf-connecting-ip', '2001:db8::1:8080', '2001:db8::1:8080'],
    ['cf-connecting-ip', '2001:DB8::1', '2001:db8::1'],
    ['x-real-ip', ' 203.0.113.7 ', '203.0.113.7'],
    ['x-real-ip', '203.0.113.7:443', '203.0.113.7'],
    ['x-real-ip', '[2001:db8::1]', '2001:db8::1'],
    ['x-real-ip', '::ffff:203.0.113.7', '203.0.113.7'],
  ])('%s: %s is %s', (header, value, address) => {
    expect(addressInHeader(header, value)).toBe(address);
  });

  test.each([
    ...['', ' ', 'unknown', 'example.com', 'example.com:443', ':443', '203.0.113', '203.0.113.256', '1'],
    ...['203.0.113.7, 198.51.100.4', '203.0.113.7:1, 198.51.100.4:2', '203.0.113.7 198.51.100.4'],
    ...['0x7f.0.0.1', '010.1.1.1', '2130706433', 'fe80::1%eth0', '[fe80::1%eth0]:443', '2001:db8::1::2'],
    ...[
      '[2001:db8::1',
      '2001:db8::1]:443',
      '[203.0.113.7',
      'for=203.0.113.7',
      '203.0.113.7:',
      '"203.0.113.7"',
    ],
  ])('"%s" is none', (value) => {
    for (const header of [cloudFront, ...others]) expect(addressInHeader(header, value)).toBeUndefined();
  });

  test('is the one before the last colon of CloudFront’s, whatever the port and the form', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), port, (address, at) => {
        const expected = ipaddr.process(address).toString();
        expect(addressInHeader(cloudFront, `${address}:${at}`)).toBe(expected);
      }),
    );
  });

  test('is the whole value of any other, which may say its port in the ways that leave no doubt', () => {
    fc.assert(
      fc.property(fc.constantFrom(...others), fc.oneof(ipv4, ipv6), port, (header, address, at) => {
        const expected = ipaddr.process(address).toString();
        const withPort = address.includes(':') ? `[${address}]:${at}` : `${address}:${at}`;
        expect([address, withPort].map((value) => addressInHeader(header, value))).toEqual([
          expected,
          expected,
        ]);
      }),
    );
  });

  test('counts for the same network in every form of the same address', () => {
    fc.assert(
      fc.property(ipv6, (address) => {
        const found = addressInHeader('x-real-ip', address);
        expect(found).toMatch(/^[0-9a-f.:]+$/);
        expect(networkAddress(found)).toBe(networkAddress(address));
      }),
    );
  });

  test('is an address or nothing, whatever stands in the header', () => {
    fc.assert(
      fc.property(fc.constantFrom(cloudFront, ...others), oddText, (header, text) => {
        const found = addressInHeader(header, text);
        if (found !== undefined) expect(ipaddr.process(found).toString()).toBe(found);
      }),
    );
  });
});
