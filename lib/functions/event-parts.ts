import { createEventQueue, type EventQueue } from '../activity/event-queue.ts';
import { type EventsJob, toldEvents } from '../activity/told-event.ts';
import { busEntry, createEventBus } from '../aws/event-bus.ts';
import { invokeMailFunction } from '../aws/invoke-mail.ts';
import type { ConfigFor } from '../base/config.ts';
import type { Log } from '../base/log.ts';
import type { Given } from './core.ts';

/** Wires where events go on to: undefined without `EVENT_BUS`, so that nothing is invoked then. */
export function openEventQueue(
  config: ConfigFor<'activity'>,
  { log, handEvents }: { log: Log } & Pick<Given, 'handEvents'>,
): EventQueue | undefined {
  if (config.eventBus === undefined) return undefined;
  const deployed = config.deployed ? invokeMailFunction(config.mailFunction) : undefined;
  return createEventQueue({ log, hand: handEvents ?? deployed ?? createEventsRunner(config, log) });
}

/** Does the job of telling; in `dev` and `test`, where there is no bus, the log shows what would be put on it. */
export function createEventsRunner(
  { deployed, stage, eventBus: bus }: Pick<ConfigFor<'activity'>, 'deployed' | 'stage' | 'eventBus'>,
  log: Log,
): (job: EventsJob) => Promise<void> {
  const put = bus !== undefined && deployed ? createEventBus({ bus, stage }) : undefined;
  return async function tellEvents(job) {
    const events = toldEvents(job);
    if (put) return put(events);
    for (const event of events) {
      if (bus === undefined) log.warn('event: no EVENT_BUS to put it on', { eventId: event.id });
      else log.info('event', { ...busEntry(event, { bus, stage }) });
    }
  };
}
