import { Problem } from '../../base/problem.ts';
import { emailKey } from '../../users/email.ts';
import type { User } from '../../users/user.ts';

/** Whoever deletes an account has its address before them. @throws {Problem} 422 `invalid_request`. */
export function requireSameAddress({ email }: Pick<User, 'email'>, typed: string): void {
  if (emailKey(email) === emailKey(typed)) return;
  const errors = [{ path: 'email', message: 'must be the address of this account' }];
  throw new Problem('invalid_request', 'This is not the address of this account.', { errors });
}
