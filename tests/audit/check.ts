import type { Answer } from '../support/answer.ts'
import type { AuditContext } from './context.ts'

export const areas = {
  cookies: 'Cookies',
  leaks: 'Leaks',
  access: 'Access',
  csrf: 'Forged requests',
  headers: 'Headers and answers',
  input: 'Input and limits',
  accounts: 'Who has an account',
  sessions: 'Sessions: rotation, theft, ends',
  supply: 'Supply chain',
} as const
export type Area = keyof typeof areas

/** What a check cannot do without. A deployment that is looked at from outside has no `store`, `clock` or `logs`. */
export type Need = 'store' | 'clock' | 'logs' | 'build' | 'chromium' | 'firefox'

/** One thing that was looked at. `isSound` false is a finding. */
export type Observation = {
  kind: 'observation'
  subject: string
  isSound: boolean
  expected: string
  observed: string
  /** The exchange that shows it, as far as it is one. */
  answer?: Answer | undefined
}

/** Something to read in the report beside the findings. */
export type Exhibit =
  | { kind: 'table'; title: string; head: readonly string[]; rows: readonly (readonly string[])[] }
  | { kind: 'figure'; title: string; svg: string; text: string }
  | { kind: 'note'; text: string }
  | { kind: 'document'; title: string; json: unknown }

export type Check = {
  /** The file's name without `.ts`; stays the same for ever, for SARIF and the ASVS table. */
  id: string
  area: Area
  title: string
  /** What is checked against: sections of RFCs, ASVS 5.0 requirements as `ASVS 3.3.1`. */
  rules: readonly string[]
  needs?: readonly Need[]
  run: (
    context: AuditContext,
  ) => AsyncGenerator<Observation | Exhibit> | Promise<readonly (Observation | Exhibit)[]> | (Observation | Exhibit)[]
}

/** Says that something is a check, so that the compiler looks at it where it is written. */
export function check(definition: Check): Check {
  return definition
}

/** What was looked at, what the rule wants, and what there was. */
export function observe(
  subject: string,
  isSound: boolean,
  expected: string,
  observed: unknown,
  answer?: Answer,
): Observation {
  const text = typeof observed === 'string' ? observed : (JSON.stringify(observed) ?? String(observed))
  return { kind: 'observation', subject, isSound, expected, observed: text, answer }
}

/** The same for an answer: its method and path name it. */
export function observeAnswer(answer: Answer, isSound: boolean, expected: string, observed: unknown): Observation {
  return observe(`${answer.path} (${answer.status})`, isSound, expected, observed, answer)
}
