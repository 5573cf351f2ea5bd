import { RateLimiterRes } from 'rate-limiter-flexible'
import { createRateLimiter, type Database, withStoreErrors } from '../../../db/index.ts'
import type { SandboxRun, SandboxScenario, SandboxStep } from '../../contract/index.ts'
import { ms, type RecordEvent } from '../../kernel/index.ts'
import type { ProtocolSettings, Verdict } from '../sessions/refresh-protocol.ts'
import { boundedOrigin } from '../sessions/session-answers.ts'
import { protocolOf, type SessionSettings } from '../sessions/sessions.ts'
import type { Visitor } from '../token-service.ts'
import { openSandboxHouse, type SandboxHouse, sandboxVisitor } from './sandbox-house.ts'
import { type SandboxMove, type SandboxShow, sandboxMoves } from './scenarios.ts'

/** The protocol on show: a session that is nobody's, and the rules that it and every other session follow. */
export type SandboxService = {
  readonly rules: ProtocolSettings
  /** Plays a scenario. So many in a while for each person; then `throttled`, and nothing was played. */
  run(
    userId: string,
    scenario: SandboxScenario,
    visitor: Visitor,
  ): Promise<SandboxRun | { kind: 'throttled'; retryAfterSeconds: number }>
}

/** A run costs about 10 ms and no hash. */
const budget = { name: 'sandbox', points: 30, durationMs: ms('10m') }
const secondMs = 1_000

type Deps = { database: Database; settings: SessionSettings; record: RecordEvent }

/** The house's own store only counts the runs; the sessions of a sandbox live and end outside of it. */
export function createSandbox({ database, settings, record }: Deps): SandboxService {
  const limiter = createRateLimiter(database, budget)
  const rules = protocolOf(settings)

  /** How long to wait in milliseconds; 0 when the run may begin. */
  const takeRun = (userId: string): Promise<number> =>
    withStoreErrors(async () => {
      try {
        await limiter.consume(userId)
        return 0
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return Math.max(refusal.msBeforeNext, secondMs)
        throw refusal
      }
    })

  return {
    rules,
    async run(userId, scenario, visitor) {
      const waitMs = await takeRun(userId)
      if (waitMs > 0) {
        const detail = { reason: 'sandbox' }
        record({ type: 'limit.reached', outcome: 'refused', actorId: userId, ...boundedOrigin(visitor), detail })
        return { kind: 'throttled', retryAfterSeconds: Math.ceil(waitMs / secondMs) }
      }
      const house = await openSandboxHouse(settings)
      try {
        return { kind: 'ran', scenario, steps: await play(house, sandboxMoves[scenario], rules) }
      } finally {
        house.close()
      }
    },
  }
}

async function play(house: SandboxHouse, moves: readonly SandboxMove[], rules: ProtocolSettings) {
  const steps: SandboxStep[] = []
  // Under settings that end a session before its ticket is due, no further ticket is ever given out.
  const canShow = ({ ticket }: SandboxShow) => ticket === 'made-up' || house.given.has(ticket)
  for (const move of moves) {
    if (typeof move === 'string') house.wait(waitOf(move, rules))
    else steps.push(...(await Promise.all(move.filter(canShow).map((shown) => show(house, shown)))))
  }
  return steps
}

function waitOf(move: Extract<SandboxMove, string>, { rotateAfterMs, reuseGraceMs }: ProtocolSettings): number {
  return { 'until-due': rotateAfterMs, 'past-grace': reuseGraceMs + secondMs, 'a-second': secondMs }[move]
}

async function show(house: SandboxHouse, { who, ticket, isLost = false }: SandboxShow): Promise<SandboxStep> {
  const refreshToken = ticket === 'made-up' ? forge(house) : (house.given.get(ticket) ?? '')
  const verdicts: Verdict['kind'][] = []
  const answer = await house.sessions.present(refreshToken, {
    ...{ prefetch: false, visitor: sandboxVisitor },
    watch: ({ kind }) => verdicts.push(kind),
  })
  const { generation, confirmedAt, revokedReason: endedFor } = await house.readRow()
  const isSent = answer.kind === 'signed-in' && answer.ticket !== null
  return {
    ...{ afterMs: house.elapsed(), who, ticket, verdicts, isLost },
    refusal: answer.kind === 'refused' ? answer.reason : null,
    sent: isSent && answer.ticket ? house.keep(answer.ticket.refreshToken) : null,
    row: { generation, isConfirmed: confirmedAt !== null, endedFor },
  }
}

/** The next ticket, as somebody would guess it who knows everything but the key. */
function forge(house: SandboxHouse): string {
  const [kid, sessionId, generation, mac = ''] = (house.given.get(0) ?? '').split('.')
  return [kid, sessionId, Number(generation) + 1, mac].join('.')
}
