/** The table of each kind of record. */
export { recordNames as tables } from '../record-names.ts';

/** Times are whole milliseconds since 1970, in every database the same. Some drivers hand them over as text. */
export type Milliseconds = number | string;

export const toDate = (value: Milliseconds) => new Date(Number(value));

export const toDateOrNull = (value: Milliseconds | null) => (value === null ? null : toDate(value));

export const toMs = (date: Date) => date.getTime();

export const toMsOrNull = (date: Date | null) => (date === null ? null : date.getTime());
