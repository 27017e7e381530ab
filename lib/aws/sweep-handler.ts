import type { Context } from 'aws-lambda';
import type { Config } from '../base/config.ts';
import { errorFields, type Log } from '../base/log.ts';
import { spentFields, withMetrics } from '../base/metrics.ts';
import { requestContexts } from '../base/request.ts';

/** Of a sweep that failed: Lambda prints what rejects an invocation, and this quotes nothing. */
class SweepError extends Error {
  override readonly name = 'SweepError';
}

export interface SweepHandlerOptions {
  log: Log;
  config?: Partial<Pick<Config, 'metrics'>>;
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
export function sweepHandler({ log, config, now, sweep }: SweepHandlerOptions) {
  const newContext = requestContexts();

  return async function handler(
    _event: unknown,
    context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>,
  ): Promise<Record<string, number>> {
    const { awsRequestId: requestId } = context;
    // Beside the invocation, not around it: within a request the whole sweep would share the few seconds of one.
    const known = newContext(requestId);
    const lineOf = (status: number, more: object) =>
      withMetrics({ requestId, ...more, ...spentFields(known) }, config?.metrics, known, { status });
    let isWhole = true;
    const mayGoOn = () => {
      isWhole = context.getRemainingTimeInMillis() > reserveMs;
      return isWhole;
    };
    try {
      const removed = await sweep(now(), mayGoOn);
      log.info('swept', lineOf(200, { removed, isWhole }));
      return removed;
    } catch (error) {
      const fields = errorFields(error);
      log.error('sweep failed', lineOf(500, fields));
      throw new SweepError(`sweep failed: ${fields.error}`);
    }
  };
}
