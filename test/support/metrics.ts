import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { LogFields } from '../../lib/base/log.ts';

type Line = { fields: LogFields };

interface Directive {
  Namespace: string;
  Dimensions: string[][];
  Metrics: { Name: string; Unit: string }[];
}

const schema = z.fromJSONSchema(
  JSON.parse(readFileSync(new URL('./embedded-metric-format.json', import.meta.url), 'utf8')),
);

/** One value as CloudWatch would keep it: a metric of some dimensions. */
export interface Value {
  namespace: string;
  name: string;
  value: number;
  dimensions: Record<string, string>;
}

/** The lines that carry metrics. */
export const linesWithMetrics = <L extends Line>(log: readonly L[]): L[] =>
  log.filter(({ fields }) => '_aws' in fields);

/**
 * What CloudWatch reads out of a line.
 *
 * @throws Error where the line is not of the embedded metric format, or names what it does not hold.
 */
export function valuesIn({ fields }: Line): Value[] {
  const line = JSON.parse(JSON.stringify(fields));
  schema.parse(line);
  const directives: Directive[] = line._aws.CloudWatchMetrics;
  return directives.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.map(({ Name: name }) => {
        const dimensions = Object.fromEntries(names.map((each) => [each, textOf(line, each)]));
        if (typeof line[name] !== 'number') throw new Error(`${name} is no number of the line`);
        return { namespace, name, value: line[name], dimensions };
      }),
    ),
  );
}

function textOf(line: LogFields, name: string): string {
  const value = line[name];
  if (typeof value !== 'string' || value === '')
    throw new Error(`the dimension ${name} is no text of the line`);
  return value;
}

/** The sums, over all lines, of the metrics that have no dimension. */
export function sumsOf(log: readonly Line[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { name, value, dimensions } of linesWithMetrics(log).flatMap(valuesIn))
    if (Object.keys(dimensions).length === 0) sums[name] = (sums[name] ?? 0) + value;
  return sums;
}
