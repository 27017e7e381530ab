/** A load on one Lambda function that begins from nothing; times in milliseconds. */
export interface Burst {
  requestsPerSecond: number;
  /** Over so long the rate rises from 0; 0 is all at once. */
  rampMs: number;
  forMs: number;
  /** What a request takes on a warm instance. */
  warmMs: number;
  /** How much longer the first one of an instance takes. */
  coldMs: number;
  /** The function's reserved concurrency, or the account's. */
  mostInstances: number;
}

export interface BurstOutcome {
  instances: number;
  /** Most requests under way at one moment, of the last second. */
  busyAtEnd: number;
  /** Share of all requests that Lambda refused: over the concurrency, or faster than it makes instances. */
  throttled: number;
}

/** As documented: so many new instances at once and for each function, given back over ten seconds. */
const newInstances = { burst: 1000, perMs: 1000 / 10_000 };

/**
 * Simulates how Lambda answers a burst, in steps of a millisecond: requests come evenly, and each takes an
 * instance that is free, or else a new one, or is refused. No instance ends while it lasts.
 */
export function simulateBurst(burst: Burst): BurstOutcome {
  const { requestsPerSecond, rampMs, forMs, warmMs, coldMs, mostInstances } = burst;
  const freeAt = new Uint32Array(forMs + Math.ceil(coldMs + warmMs) + 1);
  let [instances, free, mayStart, asked, refused, busyAtEnd] = [0, 0, newInstances.burst, 0, 0, 0];
  let due = 0;
  for (let at = 0; at < forMs; at += 1) {
    free += freeAt[at] ?? 0;
    mayStart = Math.min(newInstances.burst, mayStart + newInstances.perMs);
    due += (requestsPerSecond / 1000) * Math.min(1, rampMs === 0 ? 1 : at / rampMs);
    for (; due >= 1; due -= 1) {
      asked += 1;
      if (free > 0) {
        free -= 1;
        finish(at + warmMs);
      } else if (instances < mostInstances && mayStart >= 1) {
        instances += 1;
        mayStart -= 1;
        finish(at + coldMs + warmMs);
      } else refused += 1;
    }
    if (at >= forMs - 1000) busyAtEnd = Math.max(busyAtEnd, instances - free);
  }
  return { instances, busyAtEnd, throttled: refused / asked };

  function finish(at: number): void {
    const moment = Math.ceil(at);
    freeAt[moment] = (freeAt[moment] ?? 0) + 1;
  }
}
