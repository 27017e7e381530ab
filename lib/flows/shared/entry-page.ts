import type * as z from 'zod/mini';
import type { Operation } from '../../web/operation.ts';
import { nextPath } from '../../web/page/next-path.ts';
import { type PageTools, type Show, type Shown, textOf } from '../../web/page/page-tools.ts';
import type { Implemented } from '../../web/router.ts';
import { signedInOn } from '../../web/session/require-user.ts';

/** A page to come in by: who is signed in already has nothing to do there, and goes on. */
export function entryPage<Query extends z.ZodMiniType | undefined>(
  { page, goTo }: PageTools,
  of: Operation<undefined, Query, undefined>,
  show: Show,
): Implemented {
  const { operation, handler } = page(of, show);
  return {
    operation,
    handler: (req, res, next) =>
      signedInOn(req) ? goTo(res, nextPath(req.query.next)) : handler(req, res, next),
  };
}

/** Where to go on to afterwards, if that is not home. */
export function nextOf(given: Shown['given']): string | undefined {
  const next = nextPath(textOf(given, 'next'));
  return next === '/' ? undefined : next;
}
