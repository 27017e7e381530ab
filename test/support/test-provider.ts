import { afterAll, beforeEach } from 'vitest';
import { type LyingProvider, startLyingProvider } from './lying-provider.ts';

/** Runs one while the tests of a file run. Each of them begins with one that tells the truth, and was asked nothing. */
export async function testProvider(id?: string): Promise<LyingProvider> {
  const provider = await startLyingProvider(id);
  beforeEach(() => {
    provider.lies = {};
    provider.asked.length = 0;
    provider.given.length = 0;
  });
  afterAll(() => provider.close());
  return provider;
}
