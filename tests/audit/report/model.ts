import { arch, platform, version } from 'node:process'
import { chapters, type Requirement } from '../asvs/index.ts'
import { type Area, areas, type Exhibit } from '../check.ts'
import type { AuditContext } from '../context.ts'
import { findingsOf, isSound, type Outcome } from '../run-checks.ts'
import { declaredCookies } from '../stage/cookie-rules.ts'
import { redact, type Shown, showExchange } from './redaction.ts'

export type Finding = { subject: string; expected: string; observed: string; shown: Shown | null }
export type Result = 'sound' | 'falls short' | 'not run'
export type CheckReport = {
  id: string
  title: string
  area: Area
  rules: readonly string[]
  result: Result
  why: string
  looked: number
  tookMs: number
  findings: Finding[]
  findingCount: number
  samples: { subject: string; expected: string; observed: string }[]
  exhibits: Exhibit[]
}

export type RequirementReport = Requirement & { chapter: string; fallsShort: boolean }

export type Report = {
  about: { what: string; origin: string; startedAt: string; tookSeconds: number; node: string; platform: string }
  summary: {
    checks: number
    sound: number
    fallShort: number
    notRun: number
    observations: number
    findings: number
    exchanges: number
  }
  cookies: { name: string; purpose: string; attributes: string }[]
  checks: CheckReport[]
  requirements: RequirementReport[]
  routes: AuditContext['routes']
}

export type Ran = { outcomes: Outcome[]; context: AuditContext; startedAt: Date; endedAt: Date }

const maxFindings = 25
const maxSamples = 6

/** Everything that the report says, without a secret. */
export function modelOf({ outcomes, context, startedAt, endedAt }: Ran): Report {
  const checks = outcomes.map((outcome) => reportCheck(outcome, context))
  const short = new Set(checks.filter(({ result }) => result === 'falls short').map(({ id }) => id))
  const count = (result: Result) => checks.filter((check) => check.result === result).length
  return {
    about: {
      what: context.server
        ? 'the built server, started for this audit with a store of its own'
        : 'a running deployment, from outside',
      origin: context.origin,
      startedAt: startedAt.toISOString(),
      tookSeconds: Math.round((endedAt.getTime() - startedAt.getTime()) / 1_000),
      node: version,
      platform: `${platform} ${arch}`,
    },
    summary: {
      ...{ checks: checks.length, sound: count('sound'), fallShort: count('falls short'), notRun: count('not run') },
      observations: checks.reduce((sum, { looked }) => sum + looked, 0),
      findings: checks.reduce((sum, { findingCount }) => sum + findingCount, 0),
      exchanges: context.transcript.answers.length,
    },
    cookies: declaredCookies.map(({ name, purpose, sameSite, maxAgeMs, httpOnly }) => ({
      name,
      purpose,
      attributes: [
        'Secure',
        ...(httpOnly === false ? [] : ['HttpOnly']),
        'Path=/',
        `SameSite=${sameSite}`,
        lifeOf(maxAgeMs),
      ].join(', '),
    })),
    checks,
    requirements: chapters.flatMap(({ title, requirements }) =>
      requirements.map((each) => ({
        ...each,
        chapter: title,
        fallsShort: each.shownBy.some((one) => short.has(one.replace('check:', ''))),
      })),
    ),
    routes: context.routes,
  }
}

function lifeOf(maxAgeMs: number | null): string {
  if (maxAgeMs === null) return 'no Max-Age of its own'
  const days = maxAgeMs / 86_400_000
  return days >= 1 ? `${days} days` : `${maxAgeMs / 60_000} minutes`
}

function reportCheck(outcome: Outcome, { transcript, origin }: AuditContext): CheckReport {
  const { check, missing, fault, observations, exhibits, tookMs } = outcome
  const findings = findingsOf(outcome)
  const clean = (text: string) => redact(text, transcript.secrets).slice(0, 1_500)
  const plain = ({ subject, expected, observed }: { subject: string; expected: string; observed: string }) => ({
    ...{ subject: clean(subject), expected: clean(expected), observed: clean(observed) },
  })
  const { id, title, area, rules } = check
  return {
    ...{ id, title, area, rules, tookMs: Math.round(tookMs), exhibits },
    result: missing.length > 0 ? 'not run' : isSound(outcome) ? 'sound' : 'falls short',
    why: missing.length > 0 ? `needs ${missing.join(', ')}` : clean(fault ?? ''),
    looked: observations.length,
    findings: findings
      .slice(0, maxFindings)
      .map((each) => ({ ...plain(each), shown: showExchange(each.answer, transcript, origin) })),
    findingCount: findings.length + (fault === null ? 0 : 1),
    samples: observations
      .filter(({ isSound: sound }) => sound)
      .slice(0, maxSamples)
      .map(plain),
  }
}

export const areaTitles = areas
