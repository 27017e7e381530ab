import type { LogFields } from './log.ts';
import { currentRequest, type RequestContext } from './request.ts';
import type { Tally } from './tallies.ts';

/** Counts one for the request or job under way; its one line in the log carries it. */
export function tally(name: Tally): void {
  const request = currentRequest();
  if (request) request.tallies[name] = (request.tallies[name] ?? 0) + 1;
}

/** How lines carry metrics, where they do. */
export interface Metrics {
  readonly namespace: string;
  /** By the name of its handler. */
  readonly functionName: string;
  /** Whether routes are a dimension too: some four metrics for each that is asked for. */
  readonly byRoute: boolean;
}

/** What a metric is told apart by. All have few values: each pair of values is paid for. */
interface Of {
  /** The pattern that matched; null where none did. */
  route?: string | null;
  /** As of HTTP; a job has those of what it would be answered. */
  status: number;
}

type Unit = 'Count' | 'Milliseconds';

/**
 * Makes a line of the log one that CloudWatch reads metrics from (embedded metric format): nothing is called for it,
 * and nothing waited for. The values of metrics and dimensions are fields of the line, by their names.
 *
 * @param metrics undefined where there are to be none: then the line stays as it is.
 */
export function withMetrics(
  line: LogFields,
  metrics: Metrics | undefined,
  { isFirst, tallies: happened }: RequestContext,
  { route = null, status }: Of,
): LogFields {
  if (!metrics) return line;
  const { namespace: Namespace, functionName } = metrics;
  const ofRoute = (...more: string[]) => (metrics.byRoute && route !== null ? [['route', ...more]] : []);
  const directive = (Dimensions: string[][], unit: Unit, names: string[]) => ({
    Namespace,
    Dimensions,
    Metrics: names.map((Name) => ({ Name, Unit: unit })),
  });
  const counted = Object.keys(happened);
  const CloudWatchMetrics = [
    directive([['function', 'statusClass'], ...ofRoute('statusClass')], 'Count', ['requests']),
    directive([['function'], ...ofRoute()], 'Milliseconds', ['milliseconds']),
    directive([['function']], 'Milliseconds', ['databaseMilliseconds']),
    directive([['function']], 'Count', ['databaseRoundTrips', ...(isFirst ? ['coldStarts'] : [])]),
    // Of the whole service: without a dimension.
    ...(counted.length > 0 ? [directive([[]], 'Count', counted)] : []),
  ];
  return {
    ...line,
    function: functionName,
    statusClass: `${Math.floor(status / 100)}xx`,
    requests: 1,
    ...(isFirst ? { coldStarts: 1 } : {}),
    ...happened,
    _aws: { Timestamp: Date.now(), CloudWatchMetrics },
  };
}

/** What a request or job has taken, as its line says it. */
export function spentFields(request: RequestContext): LogFields {
  return {
    milliseconds: Math.round(performance.now() - request.startedAt),
    databaseRoundTrips: request.databaseRoundTrips,
    databaseMilliseconds: Math.round(request.databaseMilliseconds),
  };
}
