import { type ProblemCode, problemTitles } from './problem.ts';

/** One problem as the outside sees it. */
export interface ProblemDescription {
  code: ProblemCode;
  status: number;
  title: string;
  /** When it comes, and what the caller can do. */
  meaning: string;
}

const meanings: Record<ProblemCode, [status: number, meaning: string]> = {
  malformed_body: [
    400,
    'The request cannot be read: its body is no JSON, or its address or a header is broken. Correct the request; sending it again changes nothing.',
  ],
  invalid_token: [
    400,
    'The token of a mailed link is unknown, was used before (`detail` says what for), was replaced by a newer one, or has expired. Who repeats within a minute what succeeded gets that success again.',
  ],
  not_signed_in: [
    401,
    'The request has no session cookie, or one whose session has ended: by signing out, by its time, or from another device. Sign in again.',
  ],
  invalid_credentials: [
    401,
    'There is no account with this e-mail address and this password, or its address waits to be confirmed. Which of these it is, is not told.',
  ],
  wrong_password: [
    403,
    'The current password, asked for once more before this change, is wrong (the tenth wrong one within 15 minutes ends the session); or the password of the sign-up that this link confirms.',
  ],
  cross_origin: [
    403,
    'A browser sent the request from a page on another origin that is not on the list of allowed ones. Nothing was done.',
  ],
  not_found: [404, 'There is nothing at this address, or nothing that is yours.'],
  method_not_allowed: [
    405,
    'The address exists, but not for this method. The header field `Allow` lists the methods that it takes.',
  ],
  email_taken: [409, 'This e-mail address already has an account. Sign in, or set a new password.'],
  same_email: [409, 'The account has exactly this e-mail address already. There is nothing to change.'],
  body_too_large: [413, 'The body is larger than 16 KiB.'],
  unsupported_media_type: [
    415,
    'The body is not of the media type that the route takes: application/json in UTF-8, not compressed.',
  ],
  invalid_request: [
    422,
    'The request can be read, but fields are missing, wrong or unknown. `errors` says which, and what is wrong with each.',
  ],
  weak_password: [
    422,
    'The new password is too short, too common, or too close to the name of the service or the account. `detail` says why.',
  ],
  rate_limited: [
    429,
    'Too many attempts. Wait for the seconds that `Retry-After` names; `RateLimit` and `RateLimit-Policy` say which limit it was.',
  ],
  headers_too_large: [
    431,
    'The Cookie header is larger than 8 KiB, or all headers are larger than 16 KiB. Where cookies are the cause, delete those of this site.',
  ],
  internal: [500, 'Something went wrong on our side. The cause stands in the log under the `requestId`.'],
  unavailable: [
    503,
    'The database did not answer in time. Nothing was half done, and no cookie is set. Try again after the seconds that `Retry-After` names.',
  ],
  not_prepared: [
    503,
    'The database lacks indexes that this relies on, such as the one that keeps addresses unique. Nothing was done. The operator creates them by `npm run db:indexes`; no request does.',
  ],
};

/** Every problem that the API may answer with, in order of status. */
export const problemDescriptions: readonly ProblemDescription[] = Object.entries(meanings).map(
  ([code, [status, meaning]]) => ({
    code: code as ProblemCode,
    status,
    title: problemTitles[code as ProblemCode],
    meaning,
  }),
);

/** The status that a problem is answered with. */
export function statusOf(code: ProblemCode): number {
  return meanings[code][0];
}
