import * as z from 'zod/mini';
import { eventKinds } from '../events.ts';
import { Timestamp } from './fields.ts';

/** What every event says of itself. */
const eventFields = {
  id: z.string(),
  type: z.enum(eventKinds),
  at: Timestamp,
  ip: z.nullable(z.string()),
  userAgent: z.nullable(z.string()),
  by: z.optional(z.string()),
  about: z.optional(z.string()),
};

/** An event of one's own. */
export const ActivityEvent = z.object(eventFields).check(
  z.meta({
    id: 'ActivityEvent',
    description:
      'With `by` an administrator did it, or the operator. In the activity of that administrator `about` says to whom.',
  }),
);

/** An event of anybody. */
export const UserEvent = z
  .object({ ...eventFields, userId: z.string() })
  .check(z.meta({ id: 'UserEvent', description: 'As an ActivityEvent, and in whose activity it is.' }));
