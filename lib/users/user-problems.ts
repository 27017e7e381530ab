import { problemKinds } from '../base/problem-kind.ts';

/** What an address or a password answers that an account cannot have. */
export const userProblems = problemKinds({
  email_taken: {
    status: 409,
    title: 'The e-mail address is taken',
    meaning: 'This e-mail address already has an account. Sign in, or set a new password.',
  },
  last_admin: {
    status: 409,
    title: 'The last administrator',
    meaning:
      'Without this user nobody could administer the service any more. Give the role `admin` to somebody else first.',
  },
  weak_password: {
    status: 422,
    title: 'The password is too weak',
    meaning:
      'The new password is too short, too common, or too close to the name of the service or the account. `detail` says why.',
  },
});
