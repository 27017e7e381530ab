import * as z from 'zod/mini';
import type { Operation } from '../../web/operation.ts';
import { Text } from './fields.ts';

/** What pages and their forms answer. */
export const shown = { 200: { description: 'The page.' } };
export const shownToSignedIn = {
  ...shown,
  303: { description: 'Nobody is signed in: to the page that signs in.' },
};
export const shownToNobody = { ...shown, 303: { description: 'Somebody is signed in already.' } };
export const done = { 303: { description: 'Done: to the page that comes next.' } };

/** A path of our own to go to afterwards; any other text counts as none. */
export const Next = z.optional(Text);
export const NextQuery = z.object({ next: Next });

/** A box to tick. Forms leave out one that is not ticked, so it is ticked to be forgotten: absent means remembered. */
export const NotRemembered = z.optional(z.literal('false'));

/** Of a page that a mail links to. */
export const TokenQuery = z.object({ token: z.optional(Text) });

/** What forms send is what the JSON routes take. */
export const bodyOf = <B extends z.ZodMiniType>({ body }: Operation<B>) => body as B;

/** What they do not take: a page's session is kept by its browser, in a cookie. */
export const byBrowser = { transport: true } as const;
