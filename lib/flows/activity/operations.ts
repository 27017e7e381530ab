import * as z from 'zod/mini';
import { operation } from '../../web/operation.ts';
import { ActivityEvent } from '../shared/activity-fields.ts';
import { EventCursor, PageLimit } from '../shared/paging-fields.ts';

export const listActivity = operation({
  method: 'get',
  path: '/account/activity',
  summary: 'What happened on the account, newest first',
  needs: 'session',
  query: z.object({ before: z.optional(EventCursor), limit: PageLimit }),
  answers: {
    200: {
      description: 'A page of events; `next` is the `before` of the next page, or null.',
      schema: z.object({ events: z.array(ActivityEvent), next: z.nullable(z.string()) }),
    },
  },
});
