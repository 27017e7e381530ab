/**
 * Who is signed in on this request, for a route of one's own: `const { userId } = requireUser(req)`. It throws
 * 401 `not_signed_in` where nobody is.
 */
export { requireSignedIn as requireUser } from './session/signed-in.ts';
