import type { Config } from './config.ts';
import { check, oneOf, type Read } from './read-variables.ts';

const words = ['routes', 'functions', 'off'] as const;
const message = 'routes, functions or off; unset means routes in a deployed stage, and off in dev and test';

/** `METRICS`: whether lines of the log carry metrics, and whether each route has its own. */
export const readMetrics: Read<Config['metrics']> = (text, { deployed, present }) => {
  // The lines that carry them are of the level INFO.
  const isSilent = ['WARN', 'ERROR'].includes(present.LOG_LEVEL ?? '');
  const chosen = oneOf(words, deployed === true && !isSilent ? 'routes' : 'off', message)(text);
  check(chosen === 'off' || !isSilent, 'off, or LOG_LEVEL INFO or DEBUG: lines of INFO carry the metrics');
  if (chosen === 'off') return undefined;
  // Lambda tells a function its own name; serverless.yml ends each by that of its handler.
  const functionName = present.AWS_LAMBDA_FUNCTION_NAME?.match(/[^-]+$/)?.[0] ?? 'local';
  return Object.freeze({
    namespace: `session-auth/${present.STAGE}`,
    functionName,
    byRoute: chosen === 'routes',
  });
};
