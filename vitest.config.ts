import { defineConfig } from 'vitest/config'
import { LongestFirst } from './tests/support/longest-first.ts'
import { filesOnPostgres } from './tests/support/postgres/scope.ts'

const everything = ['tests/{architecture,unit,integration,attack,protocol}/**/*.test.ts']
/** The integration and attack suites run once more over PostgreSQL: `TEST_STORE=postgres vitest run`. */
const onPostgres = process.env.TEST_STORE === 'postgres'

export default defineConfig({
  test: {
    ...(onPostgres
      ? { include: filesOnPostgres(), globalSetup: ['tests/support/postgres/global-setup.ts'] }
      : { include: everything }),
    setupFiles: ['tests/support/matchers.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What is waited for comes soon, but how soon is the machine's affair.
    expect: { poll: { timeout: 15_000 } },
    // A process per file: what a test does to the clock or to the configuration ends with it.
    pool: 'forks',
    // A test mostly waits for the server that it started.
    maxWorkers: onPostgres ? 3 : 4,
    sequence: { sequencer: LongestFirst },
  },
})
