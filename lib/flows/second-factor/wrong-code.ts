import type { ProblemKind } from '../../base/problem-kind.ts';
import { shared } from '../shared/manifest.ts';

/** The same code to who is signed in already: nobody is asked to sign in. */
export const wrongCode: ProblemKind = { ...shared.problems.invalid_code, status: 403 };
