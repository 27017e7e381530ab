import { test } from 'vitest';
import { hasNetwork } from './database.ts';

/** A test of what networks do to connections; skipped on SQLite, whose database is a file of this machine. */
export const networkTest = test.skipIf(!hasNetwork());
