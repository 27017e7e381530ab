/** Characters of it that count. */
const most = 100;

/** The form in which names are searched: case does not count, nor which of several characters for the same was typed. */
export function nameKeyOf(name: string): string {
  return [...name.normalize('NFKC').toLowerCase()].slice(0, most).join('');
}
