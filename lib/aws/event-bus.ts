import { setTimeout as delay } from 'node:timers/promises';
import type { EventBridgeClient, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { ToldEvent } from '../activity/told-event.ts';
import { inChunks } from '../base/in-chunks.ts';

export interface EventBusOptions {
  /** Its name or ARN. */
  bus: string;
  stage: string;
}

/** PutEvents takes no more at once. */
const putAtOnce = 10;
/** Of one job; Lambda repeats the job after that. */
const tries = 3;
/** A call lasts no longer, in milliseconds. */
const putWithinMs = 4000;

/** What a bus did not take; `code` is EventBridge's word for why. */
class EventBusError extends Error {
  override readonly name = 'EventBusError';
  readonly code: string | undefined;

  constructor(message: string, code: string | undefined) {
    super(message);
    this.code = code;
  }
}

/** An event as EventBridge takes it. */
export function busEntry(event: ToldEvent, { bus, stage }: EventBusOptions): PutEventsRequestEntry {
  return {
    EventBusName: bus,
    Source: `session-auth.${stage}`,
    DetailType: event.type,
    Time: new Date(event.at),
    Detail: JSON.stringify(event),
  };
}

/**
 * Puts events on a bus of EventBridge, by the SDK that Lambda's runtime carries: it is loaded at the first event and is
 * no part of the bundle.
 *
 * @returns a function that throws where some were not taken, which then may be put again with those that were.
 */
export function createEventBus(options: EventBusOptions): (events: readonly ToldEvent[]) => Promise<void> {
  let client: EventBridgeClient | undefined;

  /** @returns those that were not taken, and why. */
  async function put(entries: readonly PutEventsRequestEntry[]) {
    const { EventBridgeClient, PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
    client ??= new EventBridgeClient({ maxAttempts: 2 });
    const command = new PutEventsCommand({ Entries: [...entries] });
    const { Entries = [] } = await client.send(command, { abortSignal: AbortSignal.timeout(putWithinMs) });
    const left = entries.filter((_entry, at) => Entries[at]?.EventId === undefined);
    return { left, code: Entries.find(({ ErrorCode }) => ErrorCode !== undefined)?.ErrorCode };
  }

  async function putAll(entries: readonly PutEventsRequestEntry[]): Promise<void> {
    let { left, code } = await put(entries);
    for (let tried = 1; left.length > 0 && tried < tries; tried += 1) {
      await delay(tried * 200);
      ({ left, code } = await put(left));
    }
    if (left.length > 0) throw new EventBusError('the bus did not take all of the events', code);
  }

  return async function putEvents(events) {
    const entries = events.map((event) => busEntry(event, options));
    for (const some of inChunks(entries, putAtOnce)) await putAll(some);
  };
}
