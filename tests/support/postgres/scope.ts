import { globSync } from 'node:fs'

/**
 * Test files whose outcome no store can change, each with the reason: they run once, on SQLite. Everything else of the
 * integration and attack suites runs on both.
 */
export const storeDoesNotMatter: Record<string, string> = {}

/** The test files of a run on PostgreSQL. */
export function filesOnPostgres(): string[] {
  return globSync('tests/{integration,attack,postgres}/**/*.test.ts').filter((path) => !Object.hasOwn(storeDoesNotMatter, path))
}
