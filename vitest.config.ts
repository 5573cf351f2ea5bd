import { defineConfig } from 'vitest/config'
import { LongestFirst } from './tests/support/longest-first.ts'
import { filesOnPostgres } from './tests/support/postgres/scope.ts'

/** What no process but the test's own runs, and what starts servers. */
const alone = ['tests/{architecture,unit,protocol}/**/*.test.ts']
const withServers = ['tests/{integration,attack}/**/*.test.ts']
/** The integration and attack suites run once more over PostgreSQL: `TEST_STORE=postgres vitest run`. */
const onPostgres = process.env.TEST_STORE === 'postgres'

export default defineConfig({
  test: {
    ...(onPostgres
      ? { include: filesOnPostgres(), globalSetup: ['tests/support/postgres/global-setup.ts'] }
      : {
          projects: [
            // A process takes one file after the other and keeps what it has loaded: loading the app anew took 0.46 s of
            // processor time a file (13 files 17.9 s apart, 11.9 s together). `left-behind` holds what a file must not leave.
            {
              extends: true,
              test: { name: 'alone', include: alone, isolate: false, setupFiles: ['tests/support/left-behind.ts'] },
            },
            { extends: true, test: { name: 'with servers', include: withServers } },
          ],
        }),
    setupFiles: ['tests/support/matchers.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What is waited for comes soon, but how soon is the machine's affair.
    expect: { poll: { timeout: 15_000 } },
    pool: 'forks',
    // A process per file, except where it is said otherwise: what a test does to its process ends with it.
    isolate: true,
    // A test mostly waits for the server that it started.
    maxWorkers: onPostgres ? 3 : 4,
    sequence: { sequencer: LongestFirst },
  },
})
