import type { TestProject } from 'vitest/node';
import { startDatabase } from '../../lib/dev/database.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the tests' databases are. */
    mongodbUri: string;
  }
}

/** Starts one database for all test files, in a process of its own, and stops it after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const database = await startDatabase({ stage: 'test', env: process.env });
  console.log(`database: ${database.description}: ${database.why}`);
  process.env.TEST_MONGODB_URI = database.uri;
  project.provide('mongodbUri', database.uri);
  return () => database.stop();
}
