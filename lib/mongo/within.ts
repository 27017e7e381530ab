import { MongoOperationTimeoutError } from 'mongodb';

/**
 * Waits for `work` no longer than `milliseconds`; what comes of it later is ignored.
 *
 * @throws {MongoOperationTimeoutError} where the time is up.
 */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_resolve, reject) => {
    const giveUp = () => reject(new MongoOperationTimeoutError(`no answer within ${milliseconds} ms`));
    timer = setTimeout(giveUp, milliseconds);
  });
  try {
    return await Promise.race([work, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}
