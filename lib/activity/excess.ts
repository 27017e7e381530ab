/**
 * Which events are too many: always the oldest of the kind of which there are most then.
 *
 * Whoever repeats one thing a thousand times so pushes out the traces of that, and not of what else they did.
 *
 * @param newestFirst events of one user.
 * @param most that are kept.
 */
export function excessOf<E extends { type: string }>(newestFirst: readonly E[], most: number): E[] {
  const kinds = new Map<string, E[]>();
  for (const event of newestFirst) {
    const kind = kinds.get(event.type);
    if (kind) kind.push(event);
    else kinds.set(event.type, [event]);
  }
  return Array.from({ length: Math.max(0, newestFirst.length - most) }, () => {
    const largest = [...kinds.values()].reduce((one, other) => (other.length > one.length ? other : one));
    return largest.pop() as E;
  });
}
