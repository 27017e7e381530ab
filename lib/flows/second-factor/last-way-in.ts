import { Problem } from '../../base/problem.ts';
import { shared } from '../shared/manifest.ts';

/** The answer to who would take the last way in away: 409 `last_way_in`. */
export function lastWayIn(): Problem {
  return new Problem(
    shared.problems.last_way_in,
    'Without it you could not sign in any more. Set a password, or sign in once with a passkey alone.',
  );
}
