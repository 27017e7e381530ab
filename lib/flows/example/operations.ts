import * as z from 'zod/mini';
import { operation } from '../../web/operation.ts';

export const example = operation({
  method: 'get',
  path: '/example',
  summary: 'A function behind the authorizer',
  description:
    'An example to copy. API Gateway asks the authorizer first, and answers whom it denies by itself, without ' +
    "this API's form of errors.",
  answers: {
    200: { description: 'Who the authorizer let through.', schema: z.object({ userId: z.string() }) },
  },
  problems: ['not_signed_in'],
  gateway: {
    403: 'the authorizer denies: there is no cookie or token, or it is of no live session, or the database did not say so in time.',
    500: 'the authorizer itself did not run.',
  },
});
