import { createEventQueue, type EventQueue } from '../activity/event-queue.ts';
import { type EventsJob, type ToldEvent, toldEvents } from '../activity/told-event.ts';
import { busEntry, createEventBus } from '../aws/event-bus.ts';
import { invokeMailFunction } from '../aws/invoke-mail.ts';
import type { ConfigFor } from '../base/config.ts';
import type { Log } from '../base/log.ts';
import { hooksByEvent } from '../flows/shared/hooks.ts';
import { hooks as ownHooks } from '../hooks.ts';
import type { Users } from '../users/repository.ts';
import type { Given } from './core.ts';

export interface EventParts extends Pick<Given, 'handEvents' | 'hooks'> {
  config: Pick<ConfigFor<'activity'>, 'deployed' | 'stage' | 'eventBus'>;
  log: Log;
  users: Pick<Users, 'findById'>;
}

/** Wires where events go on to: undefined without `EVENT_BUS` and hooks, so that nothing is invoked then. */
export function openEventQueue(
  parts: EventParts & { config: ConfigFor<'activity'> },
): EventQueue | undefined {
  const { config, log, handEvents, hooks = ownHooks } = parts;
  const hooked = hooksByEvent(hooks);
  const hasBus = config.eventBus !== undefined;
  if (!hasBus && hooked.size === 0) return undefined;
  const deployed = config.deployed ? invokeMailFunction(config.mailFunction) : undefined;
  const hand = handEvents ?? deployed ?? createEventsRunner(parts);
  return createEventQueue({ log, hand, wants: (type) => hasBus || hooked.has(type) });
}

/**
 * Does the job of telling what happened: to the bus, and to the hooks.
 *
 * @returns a function that throws where one of them failed, once all were tried.
 */
export function createEventsRunner(parts: EventParts): (job: EventsJob) => Promise<void> {
  const { users, hooks = ownHooks } = parts;
  const hooked = hooksByEvent(hooks);
  const put = createPut(parts);

  async function runHook(event: ToldEvent): Promise<void> {
    // What an administrator did is told of both; it has happened to the other one.
    const hook = event.about === undefined ? hooked.get(event.type) : undefined;
    if (hook) await hook(event, await users.findById(event.userId));
  }

  return async function tellEvents(job) {
    const events = toldEvents(job);
    const done = await Promise.allSettled([put(events), ...events.map(runHook)]);
    const failed = done.find(({ status }) => status === 'rejected');
    if (failed) throw (failed as PromiseRejectedResult).reason;
  };
}

/** In `dev` and `test`, where there is no bus, the log shows what would be put on it. */
function createPut({ config, log }: EventParts): (events: readonly ToldEvent[]) => Promise<void> {
  const { deployed, stage, eventBus: bus } = config;
  if (bus === undefined) return async () => undefined;
  if (deployed) return createEventBus({ bus, stage });
  return async (events) => {
    for (const event of events) log.info('event', { ...busEntry(event, { bus, stage }) });
  };
}
