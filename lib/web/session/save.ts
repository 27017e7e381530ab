import type { Request } from 'express';

/** Resolves when the request's session is stored; `regenerate` replaces `req.session`, so it goes through `req`. */
export function save(req: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    req.session.save((error) => (error ? reject(error) : resolve()));
  });
}

/** Ends the request's session, if it has one that is stored, and gives it a new, empty one under a new id. */
export function regenerate(req: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    req.sessionStore.regenerate(req, (error) => (error ? reject(error) : resolve()));
  });
}

/** Ends the request's session; the request has none from then on. */
export function destroy(req: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    req.session.destroy((error) => (error ? reject(error) : resolve()));
  });
}
