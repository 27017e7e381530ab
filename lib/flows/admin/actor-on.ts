import type { Request } from 'express';
import { callerOf } from '../../web/caller.ts';
import { requireUser } from '../../web/session/require-user.ts';
import type { Administrator } from './access.ts';

/** Who administers on this request, and from where. */
export function actorOn(req: Request): NonNullable<Administrator> {
  return { userId: requireUser(req).userId, caller: callerOf(req) };
}
