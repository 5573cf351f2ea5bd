import { globSync } from 'node:fs'

/**
 * Files of the integration and attack suites whose outcome no store should change, each with the reason: `npm run
 * test:all` runs them once, on SQLite, and everything else of these suites on both. `npm run test:postgres` runs them there too.
 */
const storeDoesNotMatter: Record<string, string> = {
  'tests/integration/bounded-reads.test.ts': 'how many rows statements give, counted in the driver of SQLite',
  'tests/integration/audit.test.ts': 'whether the auditor sees what a bending proxy in front of the server spoils',
  'tests/integration/german.test.ts': 'words of pages',
  'tests/integration/html.test.ts': 'markup of pages',
  'tests/integration/languages.test.ts': 'which language a page is in',
  'tests/integration/new-passwords.test.ts': 'rules that a password meets before anything is stored',
  'tests/integration/page-weight.test.ts': 'sizes of the built scripts',
  'tests/integration/preferences.test.ts': 'a choice that a cookie holds',
  'tests/integration/proxy-streams.test.ts': 'bytes between a service and its visitor',
  'tests/integration/proxy.test.ts': 'what a service is sent, and what of its answers reaches the visitor',
  'tests/integration/remote-api.test.ts': 'a resource server that has no store of ours',
  'tests/integration/routes.test.ts': 'the table of routes in the build',
  'tests/integration/start.test.ts': 'settings, secrets and files; starts over PostgreSQL have their own file',
  'tests/integration/tracing.test.ts': 'ids and spans of requests',
  'tests/integration/upstream.test.ts': 'what the API is sent, and what becomes of its faults',
  'tests/integration/workers.test.ts': 'processes of one machine; several over PostgreSQL are in integration/nodes',
  'tests/attack/flood.test.ts': 'memory and queue of the password hashing',
  'tests/attack/forwarded.test.ts': 'whose address and host a request is taken to have',
  'tests/attack/headers.test.ts': 'heads of answers',
  'tests/attack/raw-http.test.ts': 'requests that are refused before any code of ours reads them',
  'tests/attack/redirects.test.ts': 'where a redirect leads',
  'tests/attack/route-variants.test.ts': 'spellings of paths',
}

/** Unit tests that put the rules of identity, and what a deletion leaves, to a store: the same text over both. */
const unitsOfTheStore = [
  'tests/unit/identity/sessions/histories.test.ts',
  'tests/unit/identity/accounts/deletion.test.ts',
]

/** Where a store of another kind would show first: of these suites, what `npm test` runs on PostgreSQL. */
const brief = [
  'tests/integration/rotation.test.ts',
  'tests/integration/nodes.test.ts',
  'tests/integration/store-faults.test.ts',
  'tests/attack/sessions.test.ts',
  'tests/attack/others-data.test.ts',
]

/** The test files of a run on PostgreSQL: `brief`, as a rule, or with nothing of the two suites left out (`whole`). */
export function filesOnPostgres(scope: string | undefined): string[] {
  const both = globSync('tests/{integration,attack}/**/*.test.ts')
  const unknown = [...Object.keys(storeDoesNotMatter), ...brief].filter((path) => !both.includes(path))
  if (unknown.length > 0) throw new Error(`there is no ${unknown.join(', ')}`)
  const ofPostgres = globSync('tests/postgres/**/*.test.ts')
  if (scope === 'brief') return [...brief, ...ofPostgres]
  const onBoth = scope === 'whole' ? both : both.filter((path) => !Object.hasOwn(storeDoesNotMatter, path))
  return [...onBoth, ...unitsOfTheStore, ...ofPostgres]
}
