import type { Request } from 'express';
import { notSignedIn } from '../../base/problem.ts';
import { implement, operationRouter } from '../../web/router.ts';
import * as api from './operations.ts';

export interface ExampleRoutesOptions {
  /** Whom the authorizer let through. */
  authorizedUser: (req: Request) => { userId: string } | undefined;
}

/** The example's route: it trusts what the authorizer said, and needs neither cookie nor database. */
export function exampleRoutes({ authorizedUser }: ExampleRoutesOptions) {
  const example = implement(api.example, async ({ req, res }) => {
    const user = authorizedUser(req);
    if (!user) throw notSignedIn();
    res.json({ userId: user.userId });
  });

  return operationRouter([example]);
}
