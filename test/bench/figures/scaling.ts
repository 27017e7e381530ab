import { type Burst, simulateBurst } from '../burst.ts';
import { type Figure, plain } from '../figure.ts';

/** A signed-in request, with a database in the same region, and what a cold start adds: assumed, not measured. */
const assumed = { warmMs: 20, coldMs: 500, forMs: 60_000 };
const unbounded = Number.POSITIVE_INFINITY;

/** What no one machine can show: how many instances of a function Lambda makes. Simulated, every one. */
export async function scalingFigures(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const requestsPerSecond of [200, 2000, 20_000]) {
    const at = (more: Partial<Burst>) =>
      simulateBurst({ ...assumed, requestsPerSecond, rampMs: 0, mostInstances: unbounded, ...more });
    const of = `simulated, ${requestsPerSecond} requests/s`;
    const atOnce = at({});
    const ramp = at({ rampMs: assumed.forMs / 2 });
    const reserved = at({ mostInstances: (1.5 * (requestsPerSecond * assumed.warmMs)) / 1000 });
    figures.push(
      plain(`${of}: instances that are busy at the end`, atOnce.busyAtEnd, 'instances'),
      plain(`${of} all at once: instances`, atOnce.instances, 'instances'),
      plain(`${of} all at once: requests refused`, atOnce.throttled * 100, '%'),
      plain(`${of} after half a minute's rise: instances`, ramp.instances, 'instances'),
      plain(`${of} all at once, at most half as many again: requests refused`, reserved.throttled * 100, '%'),
    );
  }
  return figures;
}
