import type { Flow } from './flow.ts';
import { manifests } from './manifests.ts';

/** A kind of event that a flow declares. */
export type EventKind = (typeof manifests)[number] extends infer F
  ? F extends { events: infer Events }
    ? keyof Events & string
    : never
  : never;

/** What the activity page says of each kind of event. */
export const eventTexts: Readonly<Record<string, string>> = Object.assign(
  {},
  ...manifests.map(({ events }: Flow) => events),
);
