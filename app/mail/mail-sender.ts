import { decryptText, type KeyRing, log } from '../kernel/index.server.ts'
import { now, type RecordEvent } from '../kernel/index.ts'
import { failureCode, isFinalRefusal, type MailTransport } from './mail-transport.ts'
import { giveUpAfterMs, type OutboxRow, type OutboxStore } from './outbox-store.ts'

export type MailSender = {
  /** There may be something to send. Returns at once. */
  wake(): void
  /** Stops; what is on its way is finished or tried again by the next process. */
  close(): void
}

type Deps = { store: OutboxStore; transport: MailTransport; ring: KeyRing; record: RecordEvent }

const lookEveryMs = 15_000
/** After an answer has gone out, not before: what is sent must not show in how long a request took. */
const pokeAfterMs = 300
const batchSize = 20
const atOnce = 4

/** Sends what waits in the outbox, in the background, beside other processes that do the same. */
export function createMailSender({ store, transport, ring, record }: Deps): MailSender {
  let isRunning = false
  let isAskedAgain = false
  let isClosed = false
  let poked: NodeJS.Timeout | null = null

  function giveUp(row: OutboxRow, code: string): Promise<void> {
    return store.giveUp(row.id, code).then((isOurs) => {
      if (isOurs)
        record({ type: 'mail.given_up', outcome: 'failure', detail: { kind: row.kind, code, tries: row.tries } })
    })
  }

  async function deliver(id: string): Promise<void> {
    const row = await store.claim(id)
    if (!row) return
    const text = decryptText(ring, row.text ?? '', id)
    const html = decryptText(ring, row.html ?? '', id)
    if (text === null || html === null) return giveUp(row, 'unreadable')
    try {
      await transport.send({ id, to: row.recipient, subject: row.subject, text, html })
    } catch (error) {
      const code = failureCode(error)
      log.warn({ mail: id, kind: row.kind, tries: row.tries, code }, 'a mail could not be sent')
      if (isFinalRefusal(error) || row.nextTryAt >= row.createdAt + giveUpAfterMs) return giveUp(row, code)
      return store.noteFailure(id, code)
    }
    await store.noteSent(id)
  }

  async function sendDue(): Promise<void> {
    for (let due = await store.findDue(batchSize); due.length > 0 && !isClosed; due = await store.findDue(batchSize)) {
      const queue = [...due]
      const work = async () => {
        for (let id = queue.shift(); id !== undefined && !isClosed; id = queue.shift()) await deliver(id)
      }
      await Promise.all(Array.from({ length: atOnce }, work))
    }
  }

  async function run(): Promise<void> {
    if (isClosed) return
    isAskedAgain = isRunning
    if (isRunning) return
    isRunning = true
    try {
      await sendDue()
      await pruneDaily()
    } catch (error) {
      // A store that cannot answer now will be asked again.
      if (!isClosed) log.warn({ err: error }, 'the outbox could not be worked through')
    } finally {
      isRunning = false
    }
    if (isAskedAgain) void run()
  }

  let prunedAt = Number.NEGATIVE_INFINITY
  async function pruneDaily(): Promise<void> {
    if (now() - prunedAt < 86_400_000) return
    prunedAt = now()
    await store.prune()
  }

  const timer = setInterval(() => void run(), lookEveryMs).unref()
  return {
    wake() {
      poked ??= setTimeout(() => {
        poked = null
        void run()
      }, pokeAfterMs).unref()
    },
    close() {
      isClosed = true
      clearInterval(timer)
      if (poked) clearTimeout(poked)
      transport.close()
    },
  }
}
