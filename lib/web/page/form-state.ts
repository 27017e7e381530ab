import type { Language } from '../../base/language.ts';
import type { FieldError, Problem } from '../../base/problem.ts';
import { userProblems } from '../../users/user-problems.ts';
import type { FormState } from './form.tsx';
import type { Translate } from './messages.ts';

/**
 * What a form shows when it comes back with a problem: everything that was typed, but no password, code, token or passkey,
 * and what is wrong in the reader's language, beside its field where it is about one.
 */
export function stateAfter(
  body: unknown,
  problem: Problem,
  translate: Translate,
  language: Language,
): FormState {
  const sent = Object.entries((body ?? {}) as Record<string, unknown>);
  const values = Object.fromEntries(
    sent.filter((entry): entry is [string, string] => typeof entry[1] === 'string' && isShown(entry[0])),
  );
  const isSent = (path: string) => sent.some(([name]) => name === path);
  const errors = errorsOf(problem).map(({ path, message }) => {
    const told = path === '' || isSent(path) ? message : 'must be filled in';
    return { path, message: translate(told, language) };
  });
  if (errors.length > 0) return { values, errors };
  return { values, errors, fault: translate(problem.message, language) };
}

function errorsOf({ code, errors = [], message }: Problem): FieldError[] {
  if (code === userProblems.email_taken.code && errors.length === 0) return [{ path: 'email', message }];
  return errors;
}

function isShown(name: string): boolean {
  return !/password|code|token|passkey|credential/i.test(name);
}
