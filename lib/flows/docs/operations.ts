import * as z from 'zod/mini';
import { operation } from '../../web/operation.ts';

export const openApi = operation({
  method: 'get',
  path: '/openapi.json',
  summary: 'The description of the API for programs',
  answers: {
    200: { description: 'An OpenAPI 3.1 document.', schema: z.looseObject({ openapi: z.string() }) },
  },
});

export const docs = operation({
  method: 'get',
  path: '/docs',
  summary: 'The description of the API for people',
  page: true,
  answers: { 200: { description: 'A page.' } },
});
