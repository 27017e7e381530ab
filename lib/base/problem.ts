/** Titles of every problem this product answers with, by its stable code (RFC 9457 `title`). */
export const problemTitles = {
  malformed_body: 'The body cannot be read',
  not_signed_in: 'Not signed in',
  invalid_credentials: 'Wrong e-mail address or password',
  invalid_token: 'The link is invalid or has expired',
  wrong_password: 'Wrong password',
  cross_origin: 'Cross-origin request refused',
  not_found: 'Not found',
  method_not_allowed: 'Method not allowed',
  email_taken: 'The e-mail address is taken',
  same_email: 'The e-mail address is the same',
  body_too_large: 'The body is too large',
  unsupported_media_type: 'Unsupported media type',
  invalid_request: 'Invalid request',
  weak_password: 'The password is too weak',
  rate_limited: 'Too many attempts',
  headers_too_large: 'The request’s headers are too large',
  internal: 'Something went wrong',
  unavailable: 'Temporarily unavailable',
  not_prepared: 'Not set up yet',
} as const;

export type ProblemCode = keyof typeof problemTitles;

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
  readonly code: ProblemCode;
  readonly errors: FieldError[] | undefined;
  readonly headers: Record<string, string>;
  readonly clearCookie: boolean;

  constructor(status: number, code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
    this.clearCookie = options.clearCookie ?? false;
  }
}

/** The answer of an outage: 503 `unavailable`, to be tried again after a second. */
export function unavailable(cause: unknown): Problem {
  return new Problem(503, 'unavailable', 'The service cannot answer right now. Try again in a moment.', {
    cause,
    headers: { 'Retry-After': '1' },
  });
}

/** The answer to a request that needs a session and has none: 401 `not_signed_in`. */
export function notSignedIn(options: ProblemOptions = {}): Problem {
  return new Problem(401, 'not_signed_in', 'Sign in first.', options);
}

/** The answer to input that its schema refuses: 422 `invalid_request`, one entry a field. */
export function invalidRequest(errors: FieldError[]): Problem {
  return new Problem(422, 'invalid_request', 'The request has missing or invalid fields.', { errors });
}
