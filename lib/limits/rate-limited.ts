import { tally } from '../base/metrics.ts';
import { Problem } from '../base/problem.ts';
import type { Count } from '../store/records.ts';
import { limitProblems } from './limit-problems.ts';
import type { Rule } from './rule.ts';

/** A client is never told to wait longer, in seconds: a lock that lasts until a reset has no other end to name. */
const longestWaitSeconds = 24 * 60 * 60;

/**
 * The answer over a limit: 429 `rate_limited` with `Retry-After`, and the fields of the IETF draft
 * draft-ietf-httpapi-ratelimit-headers-10 (`q` quota, `w` window and `t` time left in seconds, `r` what remains).
 */
export function rateLimited(rule: Rule, { secondsLeft }: Count): Problem {
  const waitSeconds = Math.min(Math.max(secondsLeft, 1), longestWaitSeconds);
  tally('rateLimited');
  return new Problem(limitProblems.rate_limited, rule.detail ?? tryLater, {
    headers: {
      'Retry-After': String(waitSeconds),
      'RateLimit-Policy': `"${rule.name}";q=${rule.limit};w=${rule.windowSeconds}`,
      RateLimit: `"${rule.name}";r=0;t=${waitSeconds}`,
    },
  });
}

const tryLater = 'Too many attempts. Wait a while and try again.';
