/** One problem as the outside sees it. */
interface Described {
  readonly status: number;
  readonly title: string;
  /** When it comes, and what the caller can do. */
  readonly meaning: string;
}

/** Every problem that this product answers with, by its stable code, in order of status (RFC 9457). */
export const problemTable = {
  malformed_body: {
    status: 400,
    title: 'The body cannot be read',
    meaning:
      'The request cannot be read: its body is no JSON, or its address or a header is broken. Correct the request; sending it again changes nothing.',
  },
  invalid_token: {
    status: 400,
    title: 'The link is invalid or has expired',
    meaning:
      'The token of a mailed link is unknown, was used before (`detail` says what for), was replaced by a newer one, or has expired. Who repeats within a minute what succeeded gets that success again.',
  },
  not_signed_in: {
    status: 401,
    title: 'Not signed in',
    meaning:
      'The request has no session cookie, or one whose session has ended: by signing out, by its time, or from another device. Sign in again.',
  },
  invalid_credentials: {
    status: 401,
    title: 'Wrong e-mail address or password',
    meaning:
      'There is no account with this e-mail address and this password, or its address waits to be confirmed. Which of these it is, is not told.',
  },
  wrong_password: {
    status: 403,
    title: 'Wrong password',
    meaning:
      'The current password, asked for once more before this change, is wrong (the tenth wrong one within 15 minutes ends the session); or the password of the sign-up that this link confirms.',
  },
  cross_origin: {
    status: 403,
    title: 'Cross-origin request refused',
    meaning:
      'A browser sent the request from a page on another origin that is not on the list of allowed ones. Nothing was done.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    meaning: 'There is nothing at this address, or nothing that is yours.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    meaning:
      'The address exists, but not for this method. The header field `Allow` lists the methods that it takes.',
  },
  email_taken: {
    status: 409,
    title: 'The e-mail address is taken',
    meaning: 'This e-mail address already has an account. Sign in, or set a new password.',
  },
  same_email: {
    status: 409,
    title: 'The e-mail address is the same',
    meaning: 'The account has exactly this e-mail address already. There is nothing to change.',
  },
  body_too_large: {
    status: 413,
    title: 'The body is too large',
    meaning: 'The body is larger than 16 KiB.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    meaning:
      'The body is not of the media type that the route takes: application/json in UTF-8, not compressed.',
  },
  invalid_request: {
    status: 422,
    title: 'Invalid request',
    meaning:
      'The request can be read, but fields are missing, wrong or unknown. `errors` says which, and what is wrong with each.',
  },
  weak_password: {
    status: 422,
    title: 'The password is too weak',
    meaning:
      'The new password is too short, too common, or too close to the name of the service or the account. `detail` says why.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many attempts',
    meaning:
      'Too many attempts. Wait for the seconds that `Retry-After` names; `RateLimit` and `RateLimit-Policy` say which limit it was.',
  },
  headers_too_large: {
    status: 431,
    title: 'The request’s headers are too large',
    meaning:
      'The Cookie header is larger than 8 KiB, or all headers are larger than 16 KiB. Where cookies are the cause, delete those of this site.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong',
    meaning: 'Something went wrong on our side. The cause stands in the log under the `requestId`.',
  },
  unavailable: {
    status: 503,
    title: 'Temporarily unavailable',
    meaning:
      'The database did not answer in time. Nothing was half done, and no cookie is set. Try again after the seconds that `Retry-After` names.',
  },
  not_prepared: {
    status: 503,
    title: 'Not set up yet',
    meaning:
      'The database lacks indexes that this relies on, such as the one that keeps addresses unique. Nothing was done. The operator creates them by `npm run db:indexes`; no request does.',
  },
} as const satisfies Record<string, Described>;

export type ProblemCode = keyof typeof problemTable;

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

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    this.name = 'Problem';
    this.status = problemTable[code].status;
    this.code = code;
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
