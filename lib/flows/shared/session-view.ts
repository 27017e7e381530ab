import type { Request } from 'express';
import { notSignedIn } from '../../base/problem.ts';
import { absoluteEndOf, expiryOf, type SessionLimits } from '../../sessions/lifetime.ts';
import { requireUser } from '../../web/session/require-user.ts';
import { memoryOf } from '../../web/session/stored-state.ts';

/** A session as its owner sees it; times are ISO 8601 UTC, and `id` is no credential. */
export interface SessionView {
  id: string;
  createdAt: string;
  idleExpiresAt: string;
  expiresAt: string;
  /** How it was shown whose it is, oldest first. */
  methods: { method: string; at: string }[];
  /** Factors that were shown. */
  assurance: 1 | 2;
}

/** The request's stored session as its owner sees it. */
export function viewOf(req: Request, limits: SessionLimits): SessionView {
  const stored = req.session && memoryOf(req.session);
  if (!stored) throw notSignedIn();
  const { id, lifetime } = stored;
  const { methods, assurance } = requireUser(req);
  return {
    id,
    createdAt: lifetime.createdAt.toISOString(),
    idleExpiresAt: expiryOf(lifetime, limits).toISOString(),
    expiresAt: absoluteEndOf(lifetime, limits).toISOString(),
    methods: methods.map(({ method, at }) => ({ method, at: at.toISOString() })),
    assurance,
  };
}
