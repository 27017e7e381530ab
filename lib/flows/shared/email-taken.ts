import { Problem } from '../../base/problem.ts';

/** True of the answer that another account has the address. */
export function isEmailTaken(error: unknown): boolean {
  return error instanceof Problem && error.code === 'email_taken';
}
