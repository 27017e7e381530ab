import type { Operation } from '../web/operation.ts';
import type { DescribedOperations } from './flow.ts';
import { jsonFlows } from './json.ts';
import { pageFlows } from './pages.ts';

/** Operations that are told of together, by their `operationId`. */
export interface Subject {
  tag: string;
  description: string;
  operations: ReadonlyMap<string, Operation>;
}

/** Every operation of the product, in the order in which the API description tells of them. */
export const catalogue: readonly Subject[] = subjectsOf([...jsonFlows, ...pageFlows]);

function subjectsOf(flows: readonly DescribedOperations[]): Subject[] {
  const all = flows.flatMap(({ tag, operations }) =>
    Object.entries(operations).map(([id, operation]) => ({ id, operation, tag: operation.tag ?? tag })),
  );
  const tags = [...new Set(flows.map(({ tag }) => tag))];
  return tags.map((tag) => ({
    tag,
    description: flows.find((flow) => flow.tag === tag)?.description ?? '',
    operations: new Map(
      all
        .filter((each) => each.tag === tag)
        .sort((one, other) => (one.id < other.id ? -1 : 1))
        .map(({ id, operation }) => [id, operation]),
    ),
  }));
}
