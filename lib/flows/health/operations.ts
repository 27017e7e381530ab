import * as z from 'zod/mini';
import { operation } from '../../web/operation.ts';

const Healthy = z.object({ status: z.literal('ok') });

export const live = operation({
  method: 'get',
  path: '/health/live',
  summary: 'The function runs',
  answers: { 200: { description: 'It runs; says nothing of the database.', schema: Healthy } },
});

export const ready = operation({
  method: 'get',
  path: '/health/ready',
  summary: 'The function reaches its database, which has its indexes',
  answers: { 200: { description: 'The database answers and is prepared.', schema: Healthy } },
  problems: ['not_prepared'],
});
