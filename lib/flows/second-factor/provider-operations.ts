import * as z from 'zod/mini';
import { operation } from '../../web/operation.ts';
import { Id } from '../shared/fields.ts';
import { shared } from '../shared/manifest.ts';
import { renewed } from '../shared/token-fields.ts';
import { secondFactor as manifest } from './manifest.ts';

const { last_way_in, reauthentication_needed } = shared.problems;

const ProviderId = z.object({ provider: Id });

export const linkProvider = operation({
  method: 'post',
  path: '/account/providers/{provider}',
  summary: 'Link a sign-in of another service',
  description: 'For browsers to go to. What comes back adds it, and goes on to `/security`.',
  needs: 'session',
  params: ProviderId,
  answers: { 303: { description: 'To the provider, with a cookie that ties its answer to this browser.' } },
  problems: [reauthentication_needed, 'not_found', manifest.problems.provider_linked],
});

export const unlinkProvider = operation({
  method: 'delete',
  path: '/account/providers/{provider}',
  summary: 'Unlink a sign-in of another service',
  needs: 'session',
  params: ProviderId,
  answers: {
    ...renewed,
    204: { description: 'Unlinked; every other session has ended. Sets a new session cookie.' },
  },
  problems: [reauthentication_needed, 'not_found', last_way_in],
});
