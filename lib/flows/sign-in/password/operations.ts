import * as z from 'zod/mini';
import { operation } from '../../../web/operation.ts';
import { Email, Password, Remember, UserAndSession } from '../../shared/fields.ts';

export const signIn = operation({
  method: 'post',
  path: '/auth/sign-in',
  summary: 'Sign in',
  body: z.strictObject({ email: Email, password: Password, remember: z.optional(Remember) }),
  answers: { 200: { description: 'Signed in; sets a new session cookie.', schema: UserAndSession } },
  problems: ['invalid_credentials', 'rate_limited'],
});
