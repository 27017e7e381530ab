import type { ProblemKind } from '../base/problem-kind.ts';
import type { Rules } from '../limits/rule.ts';
import type { TokenKind } from '../tokens/token-kind.ts';
import type { Operation } from '../web/operation.ts';

/**
 * What a flow says of itself: its manifest. It is plain data, so that whoever reads it loads nothing of the flow; what
 * is empty is left out. What loads a flow's code is listed apart: `json.ts`, `pages.ts`, `letters.ts` and
 * `personal-data.ts`.
 */
export interface Flow {
  /** Its folder in `lib/flows`. */
  readonly name: string;
  /** The heading under which the API's description tells of its operations, unless one of them names another. */
  readonly tag?: string;
  /** Of that heading: told by the first flow that has it. */
  readonly description?: string;
  /** The kinds of what it writes to people's activity; stable. The words of pages for each are among its texts. */
  readonly events?: readonly string[];
  /** What its pages have the next page tell, once; by codes, whose words are among its texts. */
  readonly notices?: readonly string[];
  /** What its routes answer that is not general, by its code. The codes are stable. */
  readonly problems?: Readonly<Record<string, ProblemKind>>;
  /** What guessing and flooding it is bounded by. */
  readonly limits?: Partial<Rules>;
  /** What the links of its mails carry. */
  readonly tokens?: readonly TokenKind[];
}

/** The names that a flow, or each of several, has declared. */
type NamesOf<F, What extends 'problems' | 'limits'> =
  F extends Record<What, infer Declared> ? keyof Declared & string : never;

type ListedOf<F, What extends 'events' | 'notices'> =
  F extends Record<What, readonly (infer Name extends string)[]> ? Name : never;

/** The kinds of events of a flow, or of several. */
export type EventOf<F> = ListedOf<F, 'events'>;

/** The notices of a flow, or of several. */
export type NoticeOf<F> = ListedOf<F, 'notices'>;

/** The codes of the problems of a flow, or of several. */
export type ProblemOf<F> = NamesOf<F, 'problems'>;

/** The limits of a flow, or of several, by what is counted. */
export type LimitOf<F> = NamesOf<F, 'limits'>;

/** Operations as a module exports them, by their `operationId`, and the heading that they stand under. */
export interface DescribedOperations extends Pick<Flow, 'description'> {
  readonly tag: string;
  readonly operations: Readonly<Record<string, Operation>>;
}
