import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take longest, the longest first. A long one that begins last keeps a whole machine waiting for it. */
const longest = [
  'integration/audit',
  'attack/access-matrix',
  'integration/workers',
  'integration/nodes',
  'integration/start',
  'integration/keys',
  'integration/mail-flows',
  'unit/identity/histories',
  'protocol/explorer',
  'protocol/conformance',
  'integration/projects',
  'integration/remote-api',
  'integration/operations',
  'attack/faults',
  'attack/csrf',
  'integration/rotation',
  'attack/limits',
  'attack/sessions',
  'integration/admin',
]

/**
 * Begins long files first; the rest follow in the order that vitest would give them. Those that start no servers come
 * last and in a row: a process is kept only for a file of the same project that is next.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification) => {
      const place = longest.findIndex((name) => moduleId.includes(`/tests/${name}`))
      if (place !== -1) return place
      return project.name === 'alone' ? longest.length + 1 : longest.length
    }
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other))
  }
}
