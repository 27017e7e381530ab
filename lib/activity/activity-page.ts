import type { EventRecords } from '../store/contract.ts';
import type { EventQuery, EventRecord } from '../store/records.ts';
import type { ActivityEvent } from './event.ts';

export interface WhichPage {
  before?: string | undefined;
  limit: number;
}

export interface ActivityPage<Event = ActivityEvent> {
  events: Event[];
  /** `before` of the next page; null on the last. */
  next: string | null;
}

/** A page of events, newest first. */
export async function pageOf(
  events: Pick<EventRecords, 'list'>,
  of: EventQuery,
  { before, limit: count }: WhichPage,
): Promise<ActivityPage<EventRecord>> {
  const at = before === undefined ? undefined : placeOf(before);
  const found = await events.list(of, count + 1, at);
  const page = found.slice(0, count);
  const last = page.at(-1);
  return { events: page, next: found.length > count && last ? cursorAt(last) : null };
}

/** Where a page ends, as the next one's `before`: time and id, since several events may share a millisecond. */
function cursorAt({ at, id }: ActivityEvent): string {
  return `${at.getTime()}.${id}`;
}

function placeOf(cursor: string): { at: Date; id: string } {
  const [time, id = ''] = cursor.split('.');
  return { at: new Date(Number(time)), id };
}
