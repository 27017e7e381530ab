import { useReader } from './reader.tsx';

/** A point in time as its reader writes it; in UTC, since a page without a script does not know their zone. */
export function Time({ at }: { at: Date }) {
  const { locale } = useReader();
  const format = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  return <time dateTime={at.toISOString()}>{format.format(at)} UTC</time>;
}
