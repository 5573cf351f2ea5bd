import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take longest, the longest first, as a run of `vitest` on a quiet machine had them. A long one that begins last keeps a whole machine waiting for it. */
const longest = [
  'integration/audit',
  'attack/access-matrix',
  'integration/keys',
  'integration/start',
  'integration/mail-flows',
  'integration/workers',
  'integration/nodes',
  'integration/projects',
  'unit/identity/histories',
  'attack/faults',
  'integration/operations',
  'integration/html',
  'attack/csrf',
  'attack/limits',
  'attack/sessions',
  'integration/command-line',
  'integration/device-binding',
  'integration/proxy-streams',
  'protocol/explorer',
  'protocol/mutants',
  'protocol/conformance',
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
