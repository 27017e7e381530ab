import * as z from 'zod/mini';
import { operation } from '../../web/operation.ts';
import { Id, Timestamp } from '../shared/fields.ts';

const OwnSession = z
  .object({
    id: z.string(),
    current: z.boolean(),
    createdAt: Timestamp,
    lastSeenAt: Timestamp,
    expiresAt: Timestamp,
    ip: z.nullable(z.string()),
    userAgent: z.nullable(z.string()).check(z.meta({ example: 'Firefox 128 on Windows' })),
  })
  .check(z.meta({ id: 'OwnSession', description: 'The `id` is no credential.' }));

export const listSessions = operation({
  method: 'get',
  path: '/sessions',
  summary: 'The live sessions of who is signed in, newest use first',
  needs: 'session',
  answers: {
    200: { description: 'At most 50.', schema: z.object({ sessions: z.array(OwnSession) }) },
  },
});

export const endSession = operation({
  method: 'delete',
  path: '/sessions/{id}',
  summary: 'End one session',
  needs: 'session',
  params: z.object({ id: Id }),
  answers: { 204: { description: 'It is over; if it was this one, the cookie is cleared.' } },
  problems: ['not_found'],
});

export const endSessions = operation({
  method: 'delete',
  path: '/sessions',
  summary: 'End all other sessions',
  needs: 'session',
  query: z.object({
    all: z.optional(z.enum(['true', 'false'], { error: 'must be true or false' })),
  }),
  answers: {
    204: { description: 'They are over; with `all=true` this one too, and the cookie is cleared.' },
  },
});
