import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { log, type Order, placeVariable, type Word } from '../kernel/index.server.ts'
import { ms } from '../kernel/index.ts'
import { createWorkerMetrics } from './worker-metrics.ts'

/** A worker that lived so long has started well; the next one that dies in its place is not held against it. */
const provenAfterMs = ms('5s')
const firstWaitMs = 250
const longestWaitMs = ms('10s')
/** So many deaths in one place, while no worker serves well, end the program. */
const deathsToGiveUp = 5
/** A worker has eight seconds for what is under way; whoever is still there then does not answer any more. */
const killAfterMs = 9_500
/** How long the next replacement waits for a worker to go whose successor serves already. */
const waitForOldMs = ms('2s')

type Member = {
  readonly slot: number
  readonly worker: Worker
  readonly startedAt: number
  isServing: boolean
  /** Its end is wanted, or its start is only a try. */
  isExpected: boolean
}

export type WorkerPool = {
  /** Starts the first worker alone, which migrates the store, and then the others. Ends the program when it fails. */
  start(): Promise<void>
  /** Replaces one worker after the other; each goes once its successor serves. One that does not start ends this, not them. */
  replace(): void
  /** Ends every worker, and the program with the last of them. */
  stop(): void
}

/**
 * So many workers (`app/cli/serve.js`, once more) behind one listening socket. Node accepts in this process and hands
 * connections out in turn: a socket for each worker (SO_REUSEPORT) would lose those in the queue of a worker that leaves.
 */
export function createWorkerPool(count: number): WorkerPool {
  const members = new Set<Member>()
  const deaths = new Map<number, number>()
  const metrics = createWorkerMetrics(() => [...members].map(({ worker }) => worker))
  let isStopping = false
  let replacing: Promise<void> | null = null

  /** Starts a worker in a place. True once it listens, false when it ended before. */
  function launch(slot: number, { isTry = false } = {}): Promise<boolean> {
    const worker = cluster.fork({ [placeVariable]: `${slot}/${count}` })
    const member: Member = { slot, worker, startedAt: performance.now(), isServing: false, isExpected: isTry }
    members.add(member)
    worker.on('message', (word: Partial<Word> | null) => metrics.hear(worker, word))
    worker.on('error', (error) => log.error({ worker: slot, err: error }, 'a worker cannot be reached'))
    worker.once('exit', (code, signal) => noteExit(member, { code, signal }))
    return new Promise((started) => {
      worker.once('exit', () => started(false))
      worker.once('listening', () => {
        member.isServing = true
        started(true)
      })
    })
  }

  function noteExit(member: Member, end: { code: number | null; signal: string | null }): void {
    members.delete(member)
    metrics.noteGone(member.worker)
    if (isStopping) {
      if (members.size === 0) process.exit(0)
    } else if (!member.isExpected) void revive(member, end)
  }

  /** Puts a worker in the place of one that died: at once where that one had started well, else after a growing wait. */
  async function revive({ slot, startedAt, isServing }: Member, end: object): Promise<void> {
    const livedMs = Math.round(performance.now() - startedAt)
    const isProven = isServing && livedMs >= provenAfterMs
    const died = isProven ? 0 : (deaths.get(slot) ?? 0) + 1
    deaths.set(slot, died)
    log.error({ worker: slot, ...end, livedMs, deaths: died }, 'a worker died')
    if (died >= deathsToGiveUp && !hasProven()) return giveUp(died)
    if (died > 0) await delay(Math.min(firstWaitMs * 2 ** (died - 1), longestWaitMs))
    const isFilled = [...members].some((member) => member.slot === slot)
    if (!isStopping && !isFilled) await launch(slot)
  }

  function hasProven(): boolean {
    const at = performance.now()
    return [...members].some(({ isServing, startedAt }) => isServing && at - startedAt >= provenAfterMs)
  }

  function giveUp(died: number): void {
    const reason = `its workers end as soon as they start, ${died} times in a row: what they said last stands above`
    process.stderr.write(`Cloakroom cannot go on:\n  - ${reason}\n`)
    for (const { worker } of members) worker.process.kill('SIGKILL')
    process.exit(1)
  }

  async function replaceAll(): Promise<void> {
    log.info('workers are being replaced')
    for (let slot = 1; slot <= count && !isStopping; slot++) {
      const olds = [...members].filter((member) => member.slot === slot && !member.isExpected)
      if (!(await launch(slot, { isTry: true }))) {
        log.error({ worker: slot }, 'a new worker does not start; those that serve stay')
        return
      }
      for (const member of members) if (member.slot === slot) member.isExpected = olds.includes(member)
      await Promise.all(olds.map(retire))
    }
    log.info('workers have been replaced')
  }

  async function retire({ worker }: Member): Promise<void> {
    if (worker.isDead()) return
    const ended = once(worker, 'exit')
    tell(worker, { cloakroom: 'retire' })
    await Promise.race([ended, delay(waitForOldMs, undefined, { ref: false })])
  }

  return {
    async start() {
      if (!(await launch(1, { isTry: true }))) process.exit(1)
      for (const member of members) member.isExpected = false
      await Promise.all(Array.from({ length: count - 1 }, (_, index) => launch(index + 2)))
    },
    replace() {
      // A change that came while workers were being replaced may have missed some of them.
      replacing = (replacing ?? Promise.resolve()).then(replaceAll)
    },
    stop() {
      if (isStopping) return
      isStopping = true
      if (members.size === 0) process.exit(0)
      for (const { worker, isServing } of members) {
        if (isServing) tell(worker, { cloakroom: 'stop' })
        else worker.process.kill('SIGTERM')
      }
      setTimeout(() => {
        for (const { worker } of members) worker.process.kill('SIGKILL')
      }, killAfterMs)
    },
  }
}

function tell(worker: Worker, order: Order): void {
  // Whoever cannot be told is ending already.
  if (worker.isConnected()) worker.send(order, () => {})
}
