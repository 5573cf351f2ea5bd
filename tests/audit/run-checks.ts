import type { Check, Exhibit, Observation } from './check.ts'
import type { AuditContext } from './context.ts'

/** What a check came to. `missing`: it could not be run here, and why. `fault`: it broke off. */
export type Outcome = {
  check: Check
  observations: Observation[]
  exhibits: Exhibit[]
  missing: string[]
  fault: string | null
  tookMs: number
}

/** Runs one check. A check that throws has not shown anything: that is a shortfall too. */
export async function runCheck(check: Check, context: AuditContext): Promise<Outcome> {
  const startedAt = performance.now()
  const outcome: Outcome = { check, observations: [], exhibits: [], missing: [], fault: null, tookMs: 0 }
  outcome.missing = (check.needs ?? []).filter((need) => !context.has.has(need))
  if (outcome.missing.length > 0) return outcome
  try {
    for await (const each of await check.run(context)) {
      if (each.kind === 'observation') outcome.observations.push(each)
      else outcome.exhibits.push(each)
    }
    if (outcome.observations.length === 0) outcome.fault = 'nothing was observed'
  } catch (error) {
    outcome.fault = error instanceof Error ? error.message.slice(0, 1_000) : String(error)
  }
  outcome.tookMs = performance.now() - startedAt
  return outcome
}

/** The observations of a check that fall short. */
export function findingsOf({ observations }: Outcome): Observation[] {
  return observations.filter(({ isSound }) => !isSound)
}

/** True when the check ran and everything it looked at is as it should be. */
export function isSound(outcome: Outcome): boolean {
  return outcome.fault === null && findingsOf(outcome).length === 0
}
