import type { Make } from '../aws/deployed.ts';
import { sweepHandler } from '../aws/sweep-handler.ts';
import type { ConfigFor } from '../base/config.ts';
import { readConfig } from '../store/read-config.ts';
import { createCore, type Given } from './core.ts';

/** The function `sweep`: removes what is over from a store that does not do so by itself. */
export function sweepFunction(config: ConfigFor<'database'>, given: Given = {}) {
  const { log, now, store } = createCore(config, given);
  return sweepHandler({ log, config, now, sweep: store.sweep ?? (async () => ({})) });
}

export const make: Make<ReturnType<typeof sweepFunction>> = (environment, given) =>
  sweepFunction(readConfig(environment, 'database'), given);
