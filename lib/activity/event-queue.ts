import { randomBytes } from 'node:crypto';
import { errorFields, type Log } from '../base/log.ts';
import { currentRequest, type RequestContext } from '../base/request.ts';
import { within } from '../base/within.ts';
import type { EventsJob } from './told-event.ts';

/** What other systems are told of, on its way to the job that does so. */
export interface EventQueue {
  /** Keeps an event until its request is answered; outside of one, and after its end, it is handed over at once. */
  tell(event: EventsJob['events'][number]): Promise<void>;
  /**
   * Hands over all that the request has kept, in one job. A failure is logged, with what is lost, and changes nothing.
   *
   * @param withinMs time that there is for it.
   */
  handOver(withinMs: number): Promise<void>;
}

/** An answer waits no longer for its events to be taken, in milliseconds; two tries of the function `mail` fit in. */
export const handOverMs = 4000;

/** The queue by way of `hand`, which resolves once a job is taken. */
export function createEventQueue({
  log,
  hand,
  wants = () => true,
}: {
  log: Log;
  hand: (job: EventsJob) => Promise<void>;
  /** Whether anybody wants to hear of a kind of event; it is not handed over else. */
  wants?: (type: string) => boolean;
}): EventQueue {
  /** Of each request under way; null once it was handed over. */
  const kept = new WeakMap<RequestContext, EventsJob['events'] | null>();

  async function send(events: EventsJob['events'], withinMs: number): Promise<void> {
    const id = randomBytes(16).toString('base64url');
    const late = () => new Error('the events were not taken in time');
    await within(withinMs, hand({ kind: 'events', id, events }), late).catch((error: unknown) => {
      const lost = events.map(({ id, type, at, userId }) => ({ id, type, at, userId }));
      const { requestId } = currentRequest() ?? {};
      log.error('events not handed over', { requestId, events: lost, ...errorFields(error) });
    });
  }

  return {
    tell: async (event) => {
      if (!wants(event.type)) return;
      const request = currentRequest();
      const events = request && kept.get(request);
      if (!request || events === null) return send([event], handOverMs);
      if (events) events.push(event);
      else kept.set(request, [event]);
    },
    handOver: async (withinMs) => {
      const request = currentRequest();
      const events = request && kept.get(request);
      if (request) kept.set(request, null);
      if (events) await send(events, withinMs);
    },
  };
}
