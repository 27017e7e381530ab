import { Problem } from '../../base/problem.ts';
import { userProblems } from '../../users/user-problems.ts';

/** True of the answer that another account has the address. */
export function isEmailTaken(error: unknown): boolean {
  return error instanceof Problem && error.code === userProblems.email_taken.code;
}
