import * as z from 'zod/mini';
import { operation } from '../../web/operation.ts';
import { atMost, Text, Timestamp } from '../shared/fields.ts';

const Message = z.object({
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  sentAt: Timestamp,
});

export const listOutbox = operation({
  method: 'get',
  path: '/dev/outbox',
  local: true,
  summary: 'The mails of a development stage, newest first',
  description:
    'Only in the stages `dev` and `test`, where mails are kept instead of sent; 404 elsewhere. A page to whoever prefers `text/html`.',
  query: z.object({ to: z.optional(Text.check(...atMost(254))) }),
  answers: {
    200: { description: 'At most 100.', schema: z.object({ messages: z.array(Message) }) },
  },
  problems: ['not_found'],
});
