import { describe } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    /** Which outside program a skipped test needs and how to get it. A skipped test that does not say so has failed. */
    needs?: string
  }
}

/** A suite about an outside program. `missing` says what is missing and how to get it: then it is skipped; null runs it. */
export function describeWith(missing: string | null, name: string, work: () => void): void {
  describe.skipIf(missing !== null)(name, missing === null ? {} : { meta: { needs: missing } }, work)
}
