import type { Request, Response } from 'express';
import type { ConfigFor } from '../../base/config.ts';
import { notSignedIn } from '../../base/problem.ts';
import { absoluteEndOf, expiryOf, type SessionLimits } from '../../sessions/lifetime.ts';
import type { User } from '../../users/user.ts';
import { newToken } from '../../web/session/by-token.ts';
import { requireUser } from '../../web/session/require-user.ts';
import { memoryOf } from '../../web/session/stored-state.ts';
import { userView } from './user-view.ts';

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

/** What every way in answers to who has come in by it. */
export function signedInAnswer(req: Request, user: User, config: ConfigFor<'sessions'>) {
  return { user: userView(user), session: viewOf(req, config), ...newToken(req, config) };
}

/** Answers a change that has given the session a new id: 204, or to who keeps tokens 200 with the new one. */
export function answerRenewed(
  req: Request,
  res: Response,
  config: Pick<ConfigFor<'sessions'>, 'sessionSecrets'>,
): void {
  const renewed = newToken(req, config);
  if (renewed.token === undefined) res.status(204).end();
  else res.json(renewed);
}
