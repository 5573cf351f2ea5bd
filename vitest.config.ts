import { defineConfig } from 'vitest/config'
import { filesLeftOut } from './tests/support/depth.ts'
import { LongestFirst } from './tests/support/longest-first.ts'
import { filesOnPostgres } from './tests/support/postgres/scope.ts'

/** What no process but the test's own runs, and what starts servers. */
const alone = ['tests/{architecture,unit,protocol}/**/*.test.ts']
const withServers = ['tests/{integration,attack}/**/*.test.ts']
/** The integration and attack suites run once more over PostgreSQL: `TEST_STORE=postgres vitest run`. */
const onPostgres = process.env.TEST_STORE === 'postgres'
/** With `TEST_SCOPE=whole` the files run there too whose outcome no store should change; `brief` is what `npm test` runs. */
const scope = process.env.TEST_SCOPE

export default defineConfig({
  test: {
    ...(onPostgres
      ? { include: filesOnPostgres(scope), globalSetup: ['tests/support/postgres/global-setup.ts'] }
      : {
          projects: [
            { extends: true, test: { name: 'with servers', include: withServers, exclude: filesLeftOut } },
            { extends: true, test: { name: 'alone', include: alone, exclude: filesLeftOut } },
          ],
        }),
    setupFiles: ['tests/support/matchers.ts', 'tests/support/left-behind.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What is waited for comes soon, but how soon is the machine's affair.
    expect: { poll: { timeout: 15_000 } },
    pool: 'forks',
    // A process takes one file after the other and keeps what it has loaded: loading the app anew took 0.46 s of processor
    // time a file, and 0.95 s where servers are started too. `left-behind` holds what a file must not leave.
    isolate: false,
    // Two keep two cores busy, servers under test included. With four a whole run took 15 % longer, and what a test waited
    // for came late.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
})
