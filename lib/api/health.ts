import * as z from 'zod/mini';
import { operation } from './operation.ts';

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
  summary: 'The function reaches its database',
  answers: { 200: { description: 'The database answers.', schema: Healthy } },
});
