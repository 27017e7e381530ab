import * as z from 'zod/mini';
import { type FieldError, invalidRequest } from '../base/problem.ts';

/**
 * Parses input once, at the edge.
 *
 * @throws {Problem} 422 `invalid_request` with one entry for each field that is wrong.
 */
export function validate<S extends z.ZodMiniType>(schema: S, input: unknown): z.infer<S> {
  const parsed = z.safeParse(schema, input);
  if (parsed.success) return parsed.data;
  throw invalidRequest(parsed.error.issues.flatMap(toFieldErrors));
}

/** What is wrong with each field that an issue is about. */
export function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const at = (key?: PropertyKey) =>
    [...issue.path, ...(key === undefined ? [] : [key])].map(String).join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: at(key), message: 'is not known' }));
  if (issue.code === 'invalid_type' && issue.path.length === 0)
    return [{ path: '', message: 'must be a JSON object' }];
  return [{ path: at(), message: issue.message }];
}
