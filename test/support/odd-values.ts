import fc from 'fast-check';

/** Anything that JSON cannot say well, or says in a way that some parser takes for something else. */
export const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '\0',
    '\ud800',
    'a\udfff@example.com',
    '__proto__',
    'constructor',
    '$gt',
    '{"$gt":""}',
    "' || '1'=='1",
    '../../etc/passwd',
    '%00',
    '%zz',
    '\r\nSet-Cookie: session_auth=evil',
    '٣',
    'ﷺ'.repeat(50),
    'x'.repeat(5000),
  ),
);

/** The same, and values of other types where text is wanted. */
export const oddValue = fc.oneof(
  oddText,
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1e308,
    [],
    {},
    { $gt: '' },
    { $ne: null },
    { $where: 'sleep(9)' },
  ),
  fc.array(oddText, { maxLength: 3 }),
  fc.dictionary(oddText, oddText, { maxKeys: 3 }),
);
