import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/browser/*.test.ts'],
    globalSetup: ['test/browser/require-chromium.ts'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // A site and a browser for each file, side by side, more of them than processors: they wait most of the time.
    maxWorkers: 3,
  },
});
