import { type GeneralCode, generalProblems } from './general-problems.ts';
import type { ProblemKind } from './problem-kind.ts';

/** A general problem by its code, or one that a flow declares. */
export type AnyProblem = GeneralCode | ProblemKind;

/** What a problem is to the outside. */
export function kindOf(problem: AnyProblem): ProblemKind {
  return typeof problem === 'string' ? generalProblems[problem] : problem;
}

/** What is wrong with one field of the input; `path` is dotted, empty for the whole. */
export interface FieldError {
  path: string;
  message: string;
}

interface ProblemOptions {
  cause?: unknown;
  errors?: FieldError[];
  /** Response headers that belong to the problem, such as `Retry-After` and `Allow`. */
  headers?: Record<string, string>;
  /** True where the caller's session ended under the request, so that its cookie is cleared. */
  clearCookie?: boolean;
}

/**
 * The one error that is thrown on purpose: an answer of RFC 9457, thrown anywhere and rendered in one place.
 *
 * `detail` helps the caller below 500 and says nothing of the cause from 500 on; `cause` goes to the log only.
 */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly errors: FieldError[] | undefined;
  readonly headers: Record<string, string>;
  readonly clearCookie: boolean;

  constructor(problem: AnyProblem, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    const { status, code, title } = kindOf(problem);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.title = title;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
    this.clearCookie = options.clearCookie ?? false;
  }
}

/** The answer of an outage: 503 `unavailable`, to be tried again after a second. */
export function unavailable(cause: unknown): Problem {
  return new Problem('unavailable', 'The service cannot answer right now. Try again in a moment.', {
    cause,
    headers: { 'Retry-After': '1' },
  });
}

/** The answer to a request that needs a session and has none: 401 `not_signed_in`. */
export function notSignedIn(options: ProblemOptions = {}): Problem {
  return new Problem('not_signed_in', 'Sign in first.', options);
}

/** The answer to input that its schema refuses: 422 `invalid_request`, one entry a field. */
export function invalidRequest(errors: FieldError[]): Problem {
  return new Problem('invalid_request', 'The request has missing or invalid fields.', { errors });
}
