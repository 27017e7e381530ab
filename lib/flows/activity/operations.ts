import * as z from 'zod/mini';
import { operation } from '../../web/operation.ts';
import { eventTexts } from '../events.ts';
import { Timestamp } from '../shared/fields.ts';

const Event = z
  .object({
    id: z.string(),
    type: z.enum(Object.keys(eventTexts)),
    at: Timestamp,
    ip: z.nullable(z.string()),
    userAgent: z.nullable(z.string()),
    by: z.optional(z.string()),
    about: z.optional(z.string()),
  })
  .check(
    z.meta({
      id: 'ActivityEvent',
      description:
        'With `by` an administrator did it, or the operator. In the activity of that administrator `about` says to whom.',
    }),
  );

const limitMessage = 'must be a whole number from 1 to 100';

/** Events on a page: 20 unless asked. In an address it is text, to those who read the description a number. */
const PageLimit = z._default(
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
const Cursor = z
  .string({ error: 'must be a string' })
  .check(z.regex(/^[0-9]{1,15}\.[0-9a-f]{24}$/, 'must be `next` of another page'));

export const listActivity = operation({
  method: 'get',
  path: '/account/activity',
  summary: 'What happened on the account, newest first',
  needs: 'session',
  query: z.object({ before: z.optional(Cursor), limit: PageLimit }),
  answers: {
    200: {
      description: 'A page of events; `next` is the `before` of the next page, or null.',
      schema: z.object({ events: z.array(Event), next: z.nullable(z.string()) }),
    },
  },
});
