/**
 * What a request's sessions have asked of the database and is under way, one after the other: so each write knows
 * what the last one stored, and none is overtaken by the end of its session.
 */

/** The last in line, for each request that has one; it never rejects. */
const lines = new WeakMap<object, Promise<void>>();

/** What failed without anybody to hear of it. */
const unheard = new WeakMap<object, unknown>();

/** Does it when all that the request has asked before is done. */
export function inLine<T>(req: object, work: () => Promise<T>): Promise<T> {
  const result = (lines.get(req) ?? Promise.resolve()).then(work);
  const leave = () => {
    if (lines.get(req) === last) lines.delete(req);
  };
  const last = result.then(leave, leave);
  lines.set(req, last);
  return result;
}

/** Keeps for the answer an error that no callback was given for. */
export function failUnheard(req: object, error: unknown): void {
  unheard.set(req, error);
}

/** True while something that the request asked for is under way, or has failed unheard. */
export function isInLine(req: object): boolean {
  return lines.has(req) || unheard.has(req);
}

/**
 * Waits until nothing is under way.
 *
 * @throws what failed unheard.
 */
export async function settled(req: object): Promise<void> {
  for (let last = lines.get(req); last; last = lines.get(req)) await last;
  if (!unheard.has(req)) return;
  const error = unheard.get(req);
  unheard.delete(req);
  throw error;
}
