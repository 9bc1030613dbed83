import { defineConfig } from 'vitest/config';

// One second, which is usual, is soon over where two windows and an engine share the processor.
const expect = { poll: { timeout: 20_000 } };

/** Three suites: `unit` needs nothing, `interop` needs the peers, `e2e` a display and the real Electron. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.{ts,tsx}'],
          globalSetup: ['test/setup/globalSetup.ts'],
          pool: 'forks',
          expect,
          // Far beyond what a test takes on a quiet machine: some start hundreds of processes, and two files run at once.
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'interop',
          include: ['test/interop/**/*.test.ts'],
          globalSetup: ['test/setup/globalSetup.ts'],
          pool: 'forks',
          expect,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/setup/globalSetup.ts'],
          // Two files at a time, each on a display of its own: a test mostly waits for its window.
          pool: 'forks',
          expect,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
