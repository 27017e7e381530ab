import type { EventOf, Flow } from './flow.ts';
import { manifests } from './manifests.ts';

/** A kind of event that a flow declares. */
export type EventKind = EventOf<(typeof manifests)[number]>;

/** What the activity page says of each kind of event. */
export const eventTexts: Readonly<Record<string, string>> = Object.assign(
  {},
  ...manifests.map(({ events }: Flow) => events),
);
