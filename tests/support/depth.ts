/**
 * Files that show depth rather than function, each with the reason: `npm run test:all` runs them, `npm test` does not.
 * What they dig into has a shorter test there.
 */
const deep: Record<string, string> = {
  'tests/integration/audit.test.ts':
    'every break that the audit has to find; the breaks themselves have tests of their own',
  'tests/integration/nodes.test.ts': 'three nodes over one SQLite file; `npm test` runs them over PostgreSQL',
  'tests/protocol/mutants.test.ts': 'faults planted in the refresh protocol; `npm test` explores the shipped one',
  'tests/protocol/comparison.test.ts': 'other strategies beside the shipped protocol',
}

/** `TEST_DEPTH=quick` is `npm test`; unset, everything runs. */
export const isQuick = process.env.TEST_DEPTH === 'quick'

/** What a run leaves out. */
export const filesLeftOut = isQuick ? Object.keys(deep) : []

/** The first of two where everything runs, the second in `npm test`: numbers of random cases, or lists of what is tried. */
export function inDepth<Value>(everything: Value, quick: Value): Value {
  return isQuick ? quick : everything
}
