import type { Operation } from '../web/operation.ts';

/**
 * What a flow says of itself: its manifest. It is plain data, so that whoever reads it loads nothing of the flow; what
 * is empty is left out.
 */
export interface Flow {
  /** Its folder in `lib/flows`. */
  readonly name: string;
  /** The heading under which the API's description tells of its operations, unless one of them names another. */
  readonly tag: string;
  /** Of that heading: told by the first flow that has it. */
  readonly description?: string;
  /** What it writes to people's activity, with the words of the page for each. The kinds are stable. */
  readonly events?: Readonly<Record<string, string>>;
}

/** The kinds of events that a flow declares. */
export type EventOf<F extends Flow> = keyof F['events'] & string;

/** Operations as a module exports them, by their `operationId`, and the heading that they stand under. */
export interface DescribedOperations extends Pick<Flow, 'tag' | 'description'> {
  readonly operations: Readonly<Record<string, Operation>>;
}
