import * as api from '../api/example.ts';
import { implement, operationRouter } from '../http/operations.ts';
import { authorizedUser } from '../lambda/authorized-user.ts';
import { lambdaRequest } from '../lambda/lambda-request.ts';
import { notSignedIn } from '../problem.ts';

/** The example's route: it trusts what the authorizer said, and needs neither cookie nor database. */
export function exampleRoutes() {
  const example = implement(api.example, async ({ req, res }) => {
    const user = authorizedUser(lambdaRequest(req).event);
    if (!user) throw notSignedIn();
    res.json({ userId: user.userId });
  });

  return operationRouter([example]);
}
