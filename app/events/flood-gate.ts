import { ms, now, type SecurityEvent } from '../kernel/index.ts'
import { type AddressCount, createAddressCount } from './address-count.ts'
import { createQuota } from './quota.ts'

/** So many events in a window of time. */
export type EventBudget = { readonly points: number; readonly durationMs: number }

/** What was counted instead of written, and the moment it belongs to. */
export type Summary = { readonly event: SecurityEvent; readonly at: number }

/** What is left of a window of the budget for strangers. */
export type Room = {
  /** Names the window in the store; every process that counts the same time says the same. */
  readonly window: number
  readonly windowEndsAt: number
  /** Rows that this process may still write without asking the store. */
  readonly leased: number
}

export type FloodGate = {
  /** False when this event is only counted. Strangers' events that are let in here still need room in the store. */
  admit(event: SecurityEvent): boolean
  room(): Room
  /** The store had room for less: these are counted after all, and what comes in this window is not asked for. */
  settle(room: Room, turnedAway: readonly SecurityEvent[]): void
  /** What was counted in windows that are over (or all of it). */
  takeSummaries(everything: boolean): Summary[]
  /** When there is next something to summarise; null when nothing was counted. */
  nextSummaryAt(): number | null
}

/** Rows about one account, caused by it or by others, that one process writes at most. */
export const accountBudgets = {
  minute: { points: 300, durationMs: ms('1m') },
  day: { points: 10_000, durationMs: ms('1d') },
} as const
/** Accounts that are told apart in the summaries of one window; further ones are summed up together. */
const maxSummaries = 1_000

type Counted = { event: Pick<SecurityEvent, 'type' | 'actorId' | 'subjectId'>; count: number; addresses: AddressCount }

/**
 * Bounds what events may write. Those about no account share one budget, which the store counts for all processes; one
 * type takes half of it at most, so that a flood of one does not hide another. Those about an account have budgets of
 * their own, apart for what it does and for what others do to it, and for each type that changes how somebody gets in. What is beyond is summed up by type, and in the log.
 */
export function createFloodGate(strangers: EventBudget): FloodGate {
  const perMinute = createQuota(accountBudgets.minute)
  const perDay = createQuota(accountBudgets.day)
  const ofType = createQuota({ ...strangers, points: Math.ceil(strangers.points / 2) })
  const ofAll = createQuota(strangers)
  let counted = new Map<string, Counted>()
  let countedIn = 0
  let owed: Summary[] = []
  let leased = { window: 0, rows: 0 }
  let spentWindow = Number.NaN

  const windowOf = (at: number) => Math.floor(at / strangers.durationMs)

  function closeWindow(): void {
    const at = (countedIn + 1) * strangers.durationMs - 1
    owed.push(...[...counted.values()].map((each) => toSummary(each, Math.min(at, now()))))
    counted = new Map()
  }

  function count(event: SecurityEvent): false {
    const window = windowOf(now())
    if (window !== countedIn) closeWindow()
    countedIn = window
    const { type, actorId = '', subjectId = '', address } = event
    const full = `${type}|${actorId}|${subjectId}`
    const key = counted.has(full) || counted.size < maxSummaries ? full : type
    const about = key === type ? { type } : { type, ...pickPeople(event) }
    const entry = counted.get(key) ?? { event: about, count: 0, addresses: createAddressCount() }
    entry.count++
    if (address !== undefined) entry.addresses.add(address)
    counted.set(key, entry)
    return false
  }

  return {
    admit(event) {
      if (isOwn(event)) return true
      if (isOfStrangers(event)) {
        const isLetIn = windowOf(now()) !== spentWindow && ofType.take(event.type) && ofAll.take('')
        return isLetIn || count(event)
      }
      const whose = event.actorId === undefined ? `about ${event.subjectId}` : `by ${event.actorId}`
      const account = neverCrowdedOut.has(event.type) ? `${event.type} ${whose}` : whose
      return (perMinute.take(account) && perDay.take(account)) || count(event)
    },
    room() {
      const window = windowOf(now())
      const windowEndsAt = (window + 1) * strangers.durationMs
      return { window, windowEndsAt, leased: leased.window === window ? leased.rows : 0 }
    },
    settle(room, turnedAway) {
      leased = { window: room.window, rows: room.leased }
      if (turnedAway.length > 0) spentWindow = room.window
      for (const event of turnedAway) count(event)
    },
    takeSummaries(everything) {
      if (counted.size > 0 && (everything || windowOf(now()) !== countedIn)) closeWindow()
      const summaries = owed
      owed = []
      return summaries
    },
    nextSummaryAt: () => (counted.size > 0 ? (countedIn + 1) * strangers.durationMs : null),
  }
}

/** What changes how somebody gets in: each type has a budget of its own, so that a flood of others does not hide where from. */
const neverCrowdedOut: ReadonlySet<SecurityEvent['type']> = new Set([
  ...(['factor.added', 'factor.removed', 'recovery_codes.renewed', 'provider.linked', 'provider.unlinked'] as const),
  ...(['account.password_changed', 'password.reset', 'account.email_changed', 'account.email_restored'] as const),
  ...(['account.role_changed', 'account.deleted', 'signin.succeeded', 'signin.failed'] as const),
  ...(['session.reuse', 'session.revoked'] as const),
])

/** About no account: kept for a shorter time, and bounded together. What the house itself does is not among them. */
export function isOfStrangers(event: Pick<SecurityEvent, 'type' | 'actorId' | 'subjectId'>): boolean {
  return event.actorId === undefined && event.subjectId === undefined && !isOwn(event)
}

/** Whether a row takes room of the budget that the store counts; what sums up others is bounded by the number of types. */
export function needsRoom(event: Pick<SecurityEvent, 'type' | 'actorId' | 'subjectId'>): boolean {
  return isOfStrangers(event) && event.type !== 'events.summarised'
}

/** What the house does by itself; nobody outside can make it happen oftener. */
function isOwn({ type }: Pick<SecurityEvent, 'type'>): boolean {
  return type.startsWith('keys.')
}

function pickPeople({ actorId, subjectId }: SecurityEvent): Pick<SecurityEvent, 'actorId' | 'subjectId'> {
  return { ...(actorId === undefined ? {} : { actorId }), ...(subjectId === undefined ? {} : { subjectId }) }
}

function toSummary({ event: { type, ...people }, count, addresses }: Counted, at: number): Summary {
  const detail = { type, count, addresses: addresses.estimate() }
  return { event: { type: 'events.summarised', outcome: 'success', ...people, detail }, at }
}
