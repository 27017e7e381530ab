import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSender } from '../../lib/base/sender.ts';

describe('the sender of every mail', () => {
  test.each([
    ['no-reply@example.com', 'no-reply@example.com'],
    ['  no-reply@example.com ', 'no-reply@example.com'],
    ['<no-reply@example.com>', 'no-reply@example.com'],
    ['root@localhost', 'root@localhost'],
    ["o'neil+x/y=z@mail.example.co.uk", "o'neil+x/y=z@mail.example.co.uk"],
    ['Example <no-reply@example.com>', 'Example <no-reply@example.com>'],
    ['Example<no-reply@example.com>', 'Example <no-reply@example.com>'],
    ['The  Example Shop <no-reply@example.com>', 'The Example Shop <no-reply@example.com>'],
    ['Example, Inc. <no-reply@example.com>', '"Example, Inc." <no-reply@example.com>'],
    ['"Example, Inc." <no-reply@example.com>', '"Example, Inc." <no-reply@example.com>'],
    ['"Example" <no-reply@example.com>', 'Example <no-reply@example.com>'],
    ['"The \\"best\\" shop" <a@example.com>', '"The \\"best\\" shop" <a@example.com>'],
    ['Shop: Berlin; <a@example.com>', '"Shop: Berlin;" <a@example.com>'],
    ['Café <no-reply@example.com>', '=?utf-8?B?Q2Fmw6k=?= <no-reply@example.com>'],
    ['"Café, Bar" <no-reply@example.com>', '=?utf-8?B?Q2Fmw6ksIEJhcg==?= <no-reply@example.com>'],
    ['=?utf-8?B?Q2Fmw6k=?= <no-reply@example.com>', '=?utf-8?B?Q2Fmw6k=?= <no-reply@example.com>'],
    ['Bücher <hallo@bücher.example>', '=?utf-8?B?QsO8Y2hlcg==?= <hallo@xn--bcher-kva.example>'],
    ['hallo@BÜCHER.example', 'hallo@xn--bcher-kva.example'],
  ])('%s is written %s', (given, written) => {
    expect(readSender(given)).toBe(written);
    // What is written is a sender, and the same one.
    expect(readSender(written)).toBe(written);
  });

  test.each([
    ...['', ' ', 'Example', '@', 'a@', '@example.com', 'a b@example.com', 'a@@example.com', 'a@b@c.example'],
    ...[
      'a@x.example, b@x.example',
      'A <a@x.example>, B <b@x.example>',
      'a@x.example b@x.example',
      'a@x.example;',
    ],
    ...[
      'Team: a@x.example;',
      'A <a@x.example> B',
      'A <a@x.example',
      'a@x.example>',
      '<>',
      'A <>',
      'A <<a@x.example>>',
    ],
    ...[
      'A\r\nBcc: b@x.example <a@x.example>',
      'a@x.example\nBcc: b@x.example',
      'A\u2028B <a@x.example>',
      'A\0 <a@x.example>',
    ],
    ...[
      'a(b)@x.example',
      'A (b) <a@x.example>',
      '"A <a@x.example>',
      'A" <a@x.example>',
      '"a"@x.example',
      'a\\b@x.example',
    ],
    ...[
      'b@x.example <a@x.example>',
      '"b@x.example" <a@x.example>',
      'josé@x.example',
      '.a@x.example',
      'a..b@x.example',
    ],
    ...[
      'a@x..example',
      'a@-x.example',
      'a@x_y.example',
      'a@[192.0.2.1]',
      'a@x.example.',
      `${'a'.repeat(65)}@x.example`,
    ],
    ...[`a@${'x'.repeat(64)}.example`, `a@${'x.'.repeat(130)}example`, `${'long '.repeat(80)}<a@x.example>`],
  ])('is not %j', (given) => {
    expect(readSender(given)).toBeUndefined();
  });

  test('is one header field of ASCII, with exactly one at sign, whatever was given', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 60 });
    const address = fc.constantFrom('a@example.com', 'a@bücher.example', 'a@x, b@x', 'a');
    fc.assert(
      fc.property(name, fc.constantFrom('', '"'), address, (text, quote, at) => {
        const written = readSender(`${quote}${text}${quote} <${at}>`);
        if (written === undefined) return;
        expect(written).toMatch(/^[ -~]{1,320}$/);
        expect(written.split('@')).toHaveLength(2);
        for (const word of written.split(' '))
          if (word.startsWith('=?utf-8?B?')) expect(word.length).toBeLessThan(76);
        expect(readSender(written)).toBe(written);
      }),
    );
  });
});
