import { expect } from 'vitest';
import { type ProblemCode, problemTable } from '../../lib/flows/problems.ts';
import type { TestAnswer } from './events.ts';

/** Expects a problem as RFC 9457 and the API's description have it. */
export function expectProblem(answer: TestAnswer, status: number, code: ProblemCode): void {
  expect(answer.status, answer.body).toBe(status);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const { errors, ...problem } = answer.json();
  expect(problem).toEqual({
    type: expect.stringMatching(new RegExp(`/docs#${code}$`)),
    title: problemTable[code].title,
    status,
    detail: expect.stringMatching(/\S+ \S+/),
    code,
    requestId: answer.headers.get('x-request-id'),
  });
  if (status === 422) {
    expect(errors.length).toBeGreaterThan(0);
    for (const error of errors)
      expect(error).toEqual({ path: expect.any(String), message: expect.stringMatching(/\S/) });
  } else expect(errors).toBeUndefined();
  expect(answer.headers.get('cache-control')).toBe('no-store');
}
