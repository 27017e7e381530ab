import * as z from 'zod/mini';
import { ToldEvent } from '../activity/told-event.ts';
import type { EventOf, Flow } from './flow.ts';
import { manifests } from './manifests.ts';

/** A kind of event that a flow declares. */
export type EventKind = EventOf<(typeof manifests)[number]>;

/** Every kind of event. */
export const eventKinds: readonly string[] = manifests.flatMap((flow: Flow) => flow.events ?? []);

/** An event as other systems are told of it: what {@link ToldEvent} says, of the kinds that there are. */
export const EventDetail = z.extend(ToldEvent, { type: z.enum(eventKinds) }).check(z.meta({ id: 'Event' }));
