import * as z from 'zod/mini';

const limitMessage = 'must be a whole number from 1 to 100';

/** Entries on a page: 20 unless asked. In an address it is text, to those who read the description a number. */
export const PageLimit = z._default(
  z.pipe(
    z
      .string({ error: limitMessage })
      .check(
        z.regex(/^([1-9]\d?|100)$/, limitMessage),
        z.meta({ type: 'integer', minimum: 1, maximum: 100, default: 20 }),
      ),
    z.transform(Number),
  ),
  20,
);

/** Where a page of events ends: time and id of its last, since several may share a millisecond. */
export const EventCursor = z
  .string({ error: 'must be a string' })
  .check(z.regex(/^[0-9]{1,15}\.[0-9a-f]{24}$/, 'must be `next` of another page'));
