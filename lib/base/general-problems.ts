import { problemKinds } from './problem-kind.ts';

/** What every route may answer, or none has to itself, in order of status; what is a flow's own, its manifest declares. */
export const generalProblems = problemKinds({
  malformed_body: {
    status: 400,
    title: 'The body cannot be read',
    meaning:
      'The request cannot be read: its body is no JSON, or its address or a header is broken. Correct the request; sending it again changes nothing.',
  },
  not_signed_in: {
    status: 401,
    title: 'Not signed in',
    meaning:
      'The request has no session cookie, or one whose session has ended: by signing out, by its time, or from another device. Sign in again.',
  },
  cross_origin: {
    status: 403,
    title: 'Cross-origin request refused',
    meaning:
      'A browser sent the request from a page on another origin that is not on the list of allowed ones. Nothing was done.',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    meaning:
      'It needs a role that whoever is signed in does not have; or the request went past the public address of the service, straight to what answers behind it.',
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
      'The database lacks tables or indexes that this relies on, such as the one that keeps addresses unique. Nothing was done. The operator creates them by `npm run db:prepare`; no request does.',
  },
});

/** The code of a general problem. */
export type GeneralCode = keyof typeof generalProblems;
