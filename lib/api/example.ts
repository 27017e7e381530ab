import * as z from 'zod/mini';
import { operation } from './operation.ts';

export const example = operation({
  method: 'get',
  path: '/example',
  summary: 'A function behind the authorizer',
  description:
    "An example to copy. API Gateway asks the authorizer first, and answers by itself, without this API's form " +
    'of errors: 401 to a request without any cookie, 403 to one whose cookie is no live session.',
  answers: {
    200: { description: 'Who the authorizer let through.', schema: z.object({ userId: z.string() }) },
  },
  problems: ['not_signed_in'],
});
