import * as z from 'zod'
import { type EventReader, type Overview, overviewQuery } from '../contract/index.ts'
import { wholeJson } from '../http/index.server.ts'
import { type EventType, ms, now } from '../kernel/index.ts'
import { parseQuery } from './request-input.ts'
import type { SessionStore } from './session-store.ts'
import type { Resource } from './shell.ts'
import type { UserStore } from './user-store.ts'

const spans = { day: { stepMs: ms('1h'), steps: 48 }, month: { stepMs: ms('1d'), steps: 30 } } as const

/** Which events make a curve. A sign-in to a disabled account is a failure to whoever tried. */
const curves = {
  signIns: ['signin.succeeded'],
  failures: ['signin.failed', 'signin.disabled'],
  lockouts: ['limit.reached'],
} as const satisfies Record<string, readonly EventType[]>

type OverviewOptions = { users: UserStore; sessions: SessionStore; events: EventReader }

/** `/admin/overview`: what happened lately, in numbers. */
export function overviewResource({ users, sessions, events }: OverviewOptions): Resource {
  return {
    path: '/admin/overview',
    access: 'admin',
    handlers: {
      get: async ({ query }) => {
        const { span } = parseQuery(z.strictObject(overviewQuery.shape), query)
        const { stepMs, steps } = spans[span]
        const last = now() - (now() % stepMs)
        const starts = Array.from({ length: steps }, (_, index) => last - (steps - 1 - index) * stepMs)
        const alive = await sessions.countAlive(starts, stepMs)
        const counted = await events.countByStep(Object.values(curves).flat(), starts[0] ?? last, stepMs)
        const sum = (types: readonly string[], startsAt: number) =>
          counted
            .filter((each) => each.startsAt === startsAt && types.includes(each.type))
            .reduce((total, each) => total + each.count, 0)
        const answer: Overview = {
          stepMs,
          steps: starts.map((startsAt, index) => ({
            startsAt,
            signIns: sum(curves.signIns, startsAt),
            failures: sum(curves.failures, startsAt),
            lockouts: sum(curves.lockouts, startsAt),
            activeSessions: alive[index] ?? 0,
          })),
          ...(await users.count()),
        }
        return wholeJson(answer)
      },
    },
  }
}
