import * as z from 'zod/mini';
import { operation } from '../../../web/operation.ts';
import { Id, Text } from '../../shared/fields.ts';
import { shared } from '../../shared/manifest.ts';
import { Next } from '../../shared/page-operation.ts';
import { signIn as manifest } from '../manifest.ts';

const refused = shared.problems.sign_up_refused;
const tooMany = shared.problems.rate_limited;
const ProviderId = z.object({ provider: Id });

/** What a provider sends is for its protocol to judge; some send more. */
const Sent = z.looseObject({
  state: z.optional(Text),
  code: z.optional(Text),
  iss: z.optional(Text),
  error: z.optional(Text),
});

export const beginProviderSignIn = operation({
  method: 'get',
  path: '/auth/with/{provider}',
  summary: 'Sign in by a provider',
  visited: true,
  description:
    'For browsers to go to, which alone can come back with the cookie. `next` is a path of ours, or an address of an allowed origin, to go on to afterwards.',
  params: ProviderId,
  query: z.object({ next: Next }),
  answers: { 303: { description: 'To the provider, with a cookie that ties its answer to this browser.' } },
  problems: ['not_found'],
});

const came = {
  303: {
    description:
      'Signed in, with a new session cookie: to `next`. Or to `/sign-in?problem=CODE`: `provider_denied`, `provider_failed`, `account_exists`, `sign_in_expired`. Or to where the second factor is shown.',
  },
};

export const providerAnswer = operation({
  method: 'get',
  path: '/auth/with/{provider}/callback',
  summary: 'What a provider sends the browser back to',
  visited: true,
  params: ProviderId,
  answers: came,
  problems: ['not_found', refused, tooMany],
});

export const providerForm = operation({
  method: 'post',
  path: '/auth/with/{provider}/callback',
  summary: 'The same for a provider that answers by a form',
  visited: true,
  foreignForm: true,
  params: ProviderId,
  body: Sent,
  answers: came,
  problems: ['not_found', refused, tooMany],
});

export const providerLogout = operation({
  method: 'post',
  path: '/auth/with/{provider}/logout',
  summary: 'What a provider calls when somebody signs out there',
  description: 'OpenID Connect Back-Channel Logout 1.0: ends the sessions that came by it.',
  foreignForm: true,
  params: ProviderId,
  body: z.object({ logout_token: Text }),
  answers: { 200: { description: 'They have ended, or there were none.' } },
  problems: ['not_found', manifest.problems.invalid_logout_token, tooMany],
});
