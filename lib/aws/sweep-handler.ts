import type { Context } from 'aws-lambda';
import { errorFields, type Log } from '../base/log.ts';

/** Of a sweep that failed: Lambda prints what rejects an invocation, and this quotes nothing. */
class SweepError extends Error {
  override readonly name = 'SweepError';
}

export interface SweepHandlerOptions {
  log: Log;
  now: () => Date;
  /** Removes what was over at a time, in steps, as long as it may go on; tells how many of each kind. */
  sweep: (now: Date, mayGoOn: () => boolean) => Promise<Record<string, number>>;
}

/** The time of an invocation that is left for the step under way, and for the answer. */
const reserveMs = 5000;

/**
 * The handler of the function `sweep`: goes on until nothing is left that is over, or the time of the invocation nearly
 * is; the next one does the rest. Logs how many it removed of each kind, and answers that.
 */
export function sweepHandler({ log, now, sweep }: SweepHandlerOptions) {
  return async function handler(
    _event: unknown,
    context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>,
  ): Promise<Record<string, number>> {
    const { awsRequestId: requestId } = context;
    let isWhole = true;
    const mayGoOn = () => {
      isWhole = context.getRemainingTimeInMillis() > reserveMs;
      return isWhole;
    };
    try {
      const removed = await sweep(now(), mayGoOn);
      log.info('swept', { requestId, removed, isWhole });
      return removed;
    } catch (error) {
      const fields = errorFields(error);
      log.error('sweep failed', { requestId, ...fields });
      throw new SweepError(`sweep failed: ${fields.error}`);
    }
  };
}
