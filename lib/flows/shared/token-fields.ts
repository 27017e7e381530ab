import * as z from 'zod/mini';

/** How a client keeps its session, where that is not a browser's cookie. */
export const Transport = z.literal('token', { error: 'must be "token", or left out' }).check(
  z.meta({
    description:
      'For clients that are no browsers: no cookie is set, and `token` in the answer is sent as `Authorization: Bearer` from then on.',
  }),
);

/** The token of the session, to clients that keep tokens, where it has a new one. */
export const NewToken = z.optional(
  z.string().check(
    z.meta({
      description: 'Only to clients that keep tokens: send it as `Authorization: Bearer` from now on.',
    }),
  ),
);

/** What a change answers to clients that keep tokens, where others get 204 and a new cookie. */
export const renewed = {
  200: {
    description: 'The same, to a request by `Authorization: Bearer`: what to send from then on.',
    schema: z.object({ token: z.string() }),
  },
};
