import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/browser/*.test.ts'],
    globalSetup: ['test/browser/require-chromium.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // A site and a browser for each file, side by side: they wait for each other and for themselves most of the time.
    maxWorkers: 2,
  },
});
