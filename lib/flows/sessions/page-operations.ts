import * as z from 'zod/mini';
import { operation } from '../../web/operation.ts';
import { Id } from '../shared/fields.ts';
import { shownToSignedIn } from '../shared/page-operation.ts';
import { endSession } from './operations.ts';

export const devicesPage = operation({
  method: 'get',
  path: '/devices',
  summary: 'The sessions of who is signed in, with a button to end each',
  page: true,
  needs: 'session',
  answers: shownToSignedIn,
});

export const devicesForm = operation({
  method: 'post',
  path: '/devices',
  summary: 'End one session, or all others',
  page: true,
  needs: 'session',
  body: z.union([z.strictObject({ id: Id }), z.strictObject({ others: z.literal('true') })], {
    error: 'Choose a session to end.',
  }),
  answers: { 303: { description: 'Done; or nobody is signed in.' } },
  problems: endSession.problems ?? [],
});
