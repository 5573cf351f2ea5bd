import type { Database } from '../../db/index.ts'
import type { Settings } from '../kernel/index.server.ts'
import { ms, now, type RecordEvent } from '../kernel/index.ts'
import { cleanEvent } from './clean-event.ts'
import { type Appended, createEventStore, type EventLimits, type NotedEvent } from './event-store.ts'
import { createFloodGate } from './flood-gate.ts'

export { createEventReader } from './event-reader.ts'

const maxQueued = 10_000
const maxBatch = 500
/** How long to leave a store alone that could not answer. */
const retryAfterMs = 500
const pruneAfterMs = ms('1d')

/** Where events and what became of them are told; the structured log is one. */
export type EventLog = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

export type EventRecorder = {
  /** Notes an event. Returns at once and never throws; the row is written after the work at hand. */
  record: RecordEvent
  /** Writes what is still waiting, and takes nothing more. The store must still be open. */
  close(): Promise<void>
}

export type EventRecorderOptions = EventLimits & {
  database: Database
  /** Null for commands, whose output is for a person. */
  log: EventLog | null
}

/** The part of the settings that bounds how much events may write. */
export function eventLimitsOf(
  settings: Pick<Settings, 'EVENT_RETENTION' | 'EVENT_RETENTION_ANONYMOUS' | 'LIMIT_EVENTS_ABOUT_NOBODY'>,
): EventLimits {
  return {
    retentionMs: settings.EVENT_RETENTION,
    anonymousRetentionMs: settings.EVENT_RETENTION_ANONYMOUS,
    strangers: settings.LIMIT_EVENTS_ABOUT_NOBODY,
  }
}

/**
 * Records security events: each goes to the log as it happens and, with the others of the same moment, to the
 * append-only table in one transaction. A store that is locked or full is tried again; what no longer fits into the
 * queue is dropped, counted and warned of.
 */
export function createEventRecorder({ database, log, ...limits }: EventRecorderOptions): EventRecorder {
  const store = createEventStore(database, limits)
  const gate = createFloodGate(limits.strangers)
  let queue: NotedEvent[] = []
  let dropped = 0
  let prunedAt = Number.NEGATIVE_INFINITY
  let isScheduled = false
  let isClosed = false
  /** The batch that is under way, on a store that answers later. */
  let writing: Promise<boolean> | null = null
  let closing: Promise<void> | null = null
  let summing: NodeJS.Timeout | undefined

  function enqueue(noted: NotedEvent): void {
    if (queue.length < maxQueued) queue.push(noted)
    else if (dropped++ === 0) log?.warn({ queued: queue.length }, 'security events are being dropped')
  }

  function enqueueSummaries(everything: boolean): void {
    for (const summary of gate.takeSummaries(everything)) enqueue(summary)
  }

  function schedule(): void {
    if (isScheduled) return
    isScheduled = true
    setImmediate(flush)
  }

  async function flush(): Promise<void> {
    if (isClosed) return
    enqueueSummaries(false)
    scheduleSummaries()
    const isWritten = writeBatch()
    const isDone = typeof isWritten === 'boolean' ? isWritten : await isWritten
    isScheduled = false
    if (isClosed) return
    if (!isDone) {
      isScheduled = true
      setTimeout(flush, retryAfterMs).unref()
    } else if (queue.length > 0) schedule()
    else await prune()
  }

  /** False when the store did not take them. Answers at once where the store does. */
  function writeBatch(): boolean | Promise<boolean> {
    const batch = queue.slice(0, maxBatch)
    if (batch.length === 0) return true
    const { length } = batch
    try {
      const appended = store.append(batch, gate.room())
      if (!(appended instanceof Promise)) return noteWritten(length, appended)
      writing = appended.then((done) => noteWritten(length, done), noteUnwritten)
      return writing
    } catch (error) {
      return noteUnwritten(error)
    }
  }

  function noteWritten(count: number, { room, turnedAway }: Appended): true {
    queue = queue.slice(count)
    gate.settle(room, turnedAway)
    scheduleSummaries()
    if (dropped > 0 && queue.length === 0) {
      log?.warn({ dropped }, 'security events were dropped')
      dropped = 0
    }
    return true
  }

  /** What was counted is written when its window is over, whether or not anything else happens by then. */
  function scheduleSummaries(): void {
    const at = gate.nextSummaryAt()
    if (at === null || summing !== undefined) return
    summing = setTimeout(
      () => {
        summing = undefined
        schedule()
      },
      Math.max(at - now(), 1),
    ).unref()
  }

  function noteUnwritten(error: unknown): false {
    log?.warn({ err: error, queued: queue.length }, 'security events could not be stored yet')
    return false
  }

  async function prune(): Promise<void> {
    if (Math.abs(now() - prunedAt) < pruneAfterMs) return
    prunedAt = now()
    try {
      await store.prune()
    } catch (error) {
      log?.warn({ err: error }, 'old security events could not be removed')
    }
  }

  function close(): Promise<void> {
    if (closing) return closing
    isClosed = true
    clearTimeout(summing)
    process.off('exit', close)
    closing = writeRest()
    return closing
  }

  /** Waits for nothing where the store answers at once: it also runs while the process ends. */
  async function writeRest(): Promise<void> {
    if (writing) await writing
    // Twice, since the store may have no room for what waited: then that is summed up too.
    for (let round = 0; round < 2; round++) {
      enqueueSummaries(true)
      const isWritten = writeAll()
      if (!(typeof isWritten === 'boolean' ? isWritten : await isWritten)) break
    }
    if (queue.length > 0) log?.warn({ dropped: queue.length + dropped }, 'security events were dropped')
  }

  /** Batch after batch, until nothing waits or the store does not take one. */
  function writeAll(): boolean | Promise<boolean> {
    while (queue.length > 0) {
      const isWritten = writeBatch()
      if (typeof isWritten !== 'boolean') return isWritten.then((done) => done && writeAll())
      if (!isWritten) return false
    }
    return true
  }

  process.on('exit', close)
  return {
    close,
    record(event) {
      try {
        const cleaned = cleanEvent(event)
        log?.info({ event: cleaned }, cleaned.type)
        if (isClosed) return
        if (!gate.admit(cleaned)) return scheduleSummaries()
        enqueue({ event: cleaned, at: now() })
        schedule()
      } catch (error) {
        log?.warn({ err: error }, 'a security event could not be noted')
      }
    },
  }
}
