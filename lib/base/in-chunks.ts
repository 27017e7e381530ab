/** The parts of a list, in order, each of at most `most`: for what takes no more at once. */
export function inChunks<T>(list: readonly T[], most: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < list.length; at += most) chunks.push(list.slice(at, at + most));
  return chunks;
}
