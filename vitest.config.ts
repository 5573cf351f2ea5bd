import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/{architecture,unit,integration,attack,protocol}/**/*.test.ts'],
    setupFiles: ['tests/support/matchers.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A process per file: what a test does to the clock or to the configuration ends with it.
    pool: 'forks',
    // A test mostly waits for the server that it started.
    maxWorkers: 3,
  },
})
