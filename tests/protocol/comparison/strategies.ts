import { applyPlan, type Row, shipped, stateOf } from '../protocol.ts'

/** What a browser (or a thief) keeps. `issuedAt` decides when those who refresh by the clock come back. */
export type Ticket = { readonly serial: number; readonly issuedAt: number }
export type Answer = {
  readonly isAccepted: boolean
  readonly ticket: Ticket | null
  readonly writes: number
  /** The refusal was a verdict of theft, and somebody would be told. */
  readonly isAlarm: boolean
}
export type Session = { readonly first: Ticket; present(ticket: Ticket, at: number, stolenAt: number | null): Answer }
export type Strategy = { readonly name: string; readonly source: string; start(at: number): Session }

export const rotateAfter = 300_000
const second = 1_000
const served: Answer = { isAccepted: true, ticket: null, writes: 0, isAlarm: false }
const refused: Answer = { ...served, isAccepted: false }
const alarm: Answer = { ...refused, writes: 1, isAlarm: true }

/** A session of a strategy that is asked only when the access token of a ticket has run out. */
function refreshed(at: number, refresh: (serial: number, at: number) => Answer): Session {
  return {
    first: { serial: 0, issuedAt: at },
    present: (ticket, now) => (now - ticket.issuedAt < rotateAfter ? served : refresh(ticket.serial, now)),
  }
}

const give = (serial: number, at: number, writes = 1): Answer => ({
  ...served,
  ticket: { serial, issuedAt: at },
  writes,
})

/** One refresh token for all time. */
const none: Strategy = {
  name: 'no rotation',
  source: 'RFC 6749, 6',
  start: (at) => refreshed(at, (serial, now) => give(serial, now, 0)),
}

/** A refresh token is good once; whoever brings it again ends the family. */
const strict: Strategy = {
  name: 'strict rotation',
  source: 'RFC 9700, 4.14.2',
  start(at) {
    let [current, isOver] = [0, false]
    return refreshed(at, (serial, now) => {
      if (isOver) return refused
      isOver = serial !== current
      return isOver ? alarm : give(++current, now)
    })
  },
}

/** The token that was replaced last may be exchanged again for a while; each exchange gives a new token. */
function fixedInterval(name: string, source: string, interval: number, endsFamily: boolean): Strategy {
  return {
    name,
    source,
    start(at) {
      let [last, isOver] = [0, false]
      const usedAt = new Map<number, number>()
      const parent = new Map<number, number>()
      // A child that lost its race stays good: this is how Auth0 describes its overlap.
      return refreshed(at, (serial, now) => {
        if (isOver) return refused
        const first = usedAt.get(serial)
        const hasGrandchild = [...usedAt.keys()].some((used) => parent.get(used) === serial)
        if (first !== undefined && (now - first > interval || hasGrandchild)) {
          isOver = endsFamily
          return endsFamily ? alarm : refused
        }
        if (first === undefined) usedAt.set(serial, now)
        parent.set(++last, serial)
        return give(last, now)
      })
    },
  }
}

/** The parent of the active token gets the active one; others for ten seconds get a new one; later the family ends. */
const supabaseOne: Strategy = {
  name: 'Supabase v1',
  source: 'supabase/auth internal/tokens/service.go, 10 s',
  start(at) {
    let [active, last, isOver] = [0, 0, false]
    const usedAt = new Map<number, number>()
    const parent = new Map<number, number>()
    const child = (serial: number, now: number) => {
      usedAt.set(serial, now)
      active = ++last
      parent.set(active, serial)
      return give(active, now)
    }
    return refreshed(at, (serial, now) => {
      if (isOver) return refused
      const used = usedAt.get(serial)
      if (used === undefined) return child(serial, now)
      if (parent.get(active) === serial) return give(active, now, 0)
      isOver = now - used > 10 * second
      return isOver ? alarm : child(serial, now)
    })
  },
}

/** A child counts when it is first used, by a refresh or by a request; until then its parent may have more children. */
const superTokensOld: Strategy = {
  name: 'parent until child used',
  source: 'supertokens-core before CDI 5.6',
  start(at) {
    let [current, last, isOver] = [0, 0, false]
    const parent = new Map<number, number>()
    const use = (serial: number): Answer | null => {
      if (isOver) return refused
      if (serial === current) return null
      if (parent.get(serial) === current) {
        current = serial
        return { ...served, writes: 1 }
      }
      return alarm
    }
    return {
      first: { serial: 0, issuedAt: at },
      present(ticket, now) {
        const isFresh = now - ticket.issuedAt < rotateAfter
        const used = use(ticket.serial)
        // Requests with an access token that still runs are served by its signature alone.
        if (isFresh) return used?.isAccepted ? used : served
        if (used && !used.isAccepted) {
          isOver = true
          return used
        }
        parent.set(++last, current)
        return give(last, now, used?.writes ?? 0)
      },
    }
  },
}

/** The previous token gets a fresh child for 30 s, which displaces the one before; anything else ends the session. */
const superTokensNew: Strategy = {
  name: 'grace with new child (SuperTokens 5.6)',
  source: 'supertokens-core 12.1 changelog and issue 1301, 30 s',
  start(at) {
    let [current, previous, last, rotatedAt, isOver] = [0, -1, 0, at, false]
    return refreshed(at, (serial, now) => {
      if (isOver) return refused
      if (serial === current) [previous, rotatedAt] = [current, now]
      else if (serial !== previous || now - rotatedAt > 30 * second) {
        isOver = true
        return alarm
      }
      current = ++last
      return give(current, now)
    })
  },
}

/** A used token gives more tokens while its grace runs, all of which stay good; later the whole request is revoked. */
const hydra: Strategy = {
  name: 'grace with new children (Hydra)',
  source: 'ory/hydra persistence/sql/persister_oauth2.go, 30 s',
  start(at) {
    let [last, isOver] = [0, false]
    const usedAt = new Map<number, number>()
    return refreshed(at, (serial, now) => {
      if (isOver) return refused
      const first = usedAt.get(serial)
      if (first === undefined) usedAt.set(serial, now)
      else if (now - first > 30 * second) {
        isOver = true
        return alarm
      }
      return give(++last, now)
    })
  },
}

/** A counter: one behind always gets the current token, further behind only shortly after a refresh. */
const supabaseTwo: Strategy = {
  name: 'Supabase v2 (counter)',
  source: 'supabase/auth internal/tokens/service.go, 10 s',
  start(at) {
    let [counter, refreshedAt, isOver] = [0, at, false]
    return refreshed(at, (serial, now) => {
      if (isOver) return refused
      if (serial === counter) {
        refreshedAt = now
        return give(++counter, now)
      }
      if (counter - serial === 1 || now - refreshedAt < 10 * second) return give(counter, now, 0)
      isOver = true
      return alarm
    })
  },
}

const settings = {
  rotateAfterMs: rotateAfter,
  reuseGraceMs: 30 * second,
  idleMs: 259_200_000,
  proofGraceMs: 10 * second,
}

type OursOptions = { boundFor?: number; lateAnswers?: number; forgivesCrash?: boolean }

/** The shipped decision function, asked with every request. The options are what was weighed, see the README. */
function ours(name: string, options: OursOptions = {}): Strategy {
  return {
    name,
    source: 'app/identity/sessions/refresh-protocol.ts',
    start(at) {
      const known = sessionOf(at, options)
      return {
        first: { serial: 0, issuedAt: at },
        present({ serial }, now, stolenAt) {
          // The owner's browser has always just used its key; a thief got away with a ticket that was new at that moment.
          return known(serial, now, (stolenAt ?? now) + (options.boundFor ?? 0))
        },
      }
    },
  }
}

type Kept = { row: Row }
type Present = (serial: number, now: number, provedUntil: number) => Answer

/** One row under the shipped decision, and whatever is weighed around it. */
function sessionOf(
  at: number,
  { boundFor, lateAnswers = Number.POSITIVE_INFINITY, forgivesCrash = false }: OursOptions,
): Present {
  const kept: Kept = {
    row: {
      ...{ generation: 0, rotatedAt: at, confirmedAt: null, lastSeenAt: at, expiresAt: at + 7 * 86_400_000 },
      ...{ revokedAt: null, revokedReason: null, proofNeededSince: boundFor === undefined ? null : at },
    },
  }
  const present: Present = (serial, now, provedUntil) => presentTo(kept, serial, now, provedUntil)
  if (forgivesCrash) return forgivingCrash(kept, present)
  return Number.isFinite(lateAnswers) ? endingAfterLate(kept, present, lateAnswers) : present
}

const judge = ({ row }: Kept, serial: number, now: number, provedUntil: number) =>
  shipped.decide(stateOf(row), serial, now, settings, { prefetch: false, provedUntil })

function presentTo(kept: Kept, serial: number, now: number, provedUntil: number): Answer {
  const verdict = judge(kept, serial, now, provedUntil)
  const plan = shipped.plan(verdict, kept.row, serial, now)
  kept.row = applyPlan(shipped.store, plan, kept.row, kept.row, serial) ?? kept.row
  const ticket = plan.sends === null ? null : { serial: plan.sends, issuedAt: now }
  const writes = plan.write === 'none' ? 0 : 1
  return {
    isAccepted: plan.isAccepted,
    ticket,
    writes,
    isAlarm: verdict.kind === 'reuse' || verdict.kind === 'unproved',
  }
}

/** Ends the session once so many generations in a row were asked for again after the grace. */
function endingAfterLate(kept: Kept, present: Present, limit: number): Present {
  let [late, countedIn] = [0, -1]
  return (serial, now, provedUntil) => {
    const { kind } = judge(kept, serial, now, provedUntil)
    const isCounted = countedIn === kept.row.generation
    if (kind === 'rotate' && !isCounted) late = 0
    if (kind === 'resend' && !isCounted && now - kept.row.rotatedAt > settings.reuseGraceMs) {
      ;[late, countedIn] = [late + 1, kept.row.generation]
    }
    if (late < limit || kind === 'refused') return present(serial, now, provedUntil)
    kept.row = { ...kept.row, revokedAt: now, revokedReason: 'reuse' }
    return alarm
  }
}

/**
 * Gives the successor again, however late, while nobody used it for longer than a crash of a browser can take back.
 * That it was is noted once for each generation: a write.
 */
function forgivingCrash(kept: Kept, present: Present): Present {
  let settled = -1
  return (serial, now, provedUntil) => {
    const { generation, rotatedAt } = kept.row
    const { kind } = judge(kept, serial, now, provedUntil)
    if (kind === 'reuse' && serial === generation - 1 && settled !== generation) {
      return { ...served, ticket: { serial: generation, issuedAt: now } }
    }
    const answer = present(serial, now, provedUntil)
    if (serial !== generation || settled === serial || now - rotatedAt <= settings.reuseGraceMs) return answer
    settled = serial
    return { ...answer, writes: 1 }
  }
}

export const strategies: readonly Strategy[] = [
  none,
  strict,
  fixedInterval('reuse interval (Auth0, 30 s)', 'Auth0: Configure Refresh Token Rotation', 30 * second, true),
  fixedInterval('retry grace (Cognito, 60 s)', 'Amazon Cognito: RefreshTokenRotationType', 60 * second, false),
  supabaseOne,
  superTokensOld,
  superTokensNew,
  hydra,
  supabaseTwo,
  ours('Cloakroom'),
  ours('Cloakroom, ending after 2 late answers', { lateAnswers: 2 }),
  ours('Cloakroom, crash forgiven', { forgivesCrash: true }),
  ours('Cloakroom, device-bound', { boundFor: 600_000 }),
]
