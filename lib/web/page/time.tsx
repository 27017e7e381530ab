import type { Reader } from '../../base/language.ts';
import { useReader } from './reader.tsx';

/** One a page: making one takes as long as a hundred uses of it. */
const formats = new WeakMap<Reader, Intl.DateTimeFormat>();

function formatOf(reader: Reader): Intl.DateTimeFormat {
  const known = formats.get(reader);
  if (known) return known;
  const options = { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' } as const;
  const made = new Intl.DateTimeFormat(reader.locale, options);
  formats.set(reader, made);
  return made;
}

/** A point in time as its reader writes it; in UTC, since a page without a script does not know their zone. */
export function Time({ at }: { at: Date }) {
  return <time dateTime={at.toISOString()}>{formatOf(useReader()).format(at)} UTC</time>;
}
