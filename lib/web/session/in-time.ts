import { Problem, unavailable } from '../../base/problem.ts';

/** Whatever keeps the store from its work is an outage to the caller: 503, and no cookie. */
export async function inTime<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof Problem ? error : unavailable(error);
  }
}
