// @ts-check
import cluster from 'node:cluster'

// Preloaded into servers under test (`node --import`): a clock that their test can move over the IPC channel. The
// product knows nothing of it. No TypeScript: Node's reader of it would cost each server 45 ms of processor time.

const RealDate = Date
const realNow = Date.now
const startOffsetMs = Number(process.env.TEST_CLOCK_OFFSET_MS ?? 0)
let offsetMs = startOffsetMs

RealDate.now = () => realNow() + offsetMs
globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [target.now()] : given, newTarget),
  apply: (target) => new target(target.now()).toString(),
})

process.on('message', async (/** @type {{ advanceMs?: unknown }} */ message) => {
  if (typeof message.advanceMs !== 'number') return
  offsetMs += message.advanceMs
  await Promise.all(Object.values(cluster.workers ?? {}).map((worker) => worker && moveWith(worker, message)))
  process.send?.({ advancedBy: message.advanceMs })
})
// Whoever leads workers takes them along, and those that are started later.
cluster.on('fork', (worker) => {
  if (offsetMs !== startOffsetMs) worker.send({ advanceMs: offsetMs - startOffsetMs })
})

/**
 * @param {import('node:cluster').Worker} worker
 * @param {object} message
 * @returns {Promise<void>}
 */
function moveWith(worker, message) {
  return new Promise((moved) => {
    const hear = (/** @type {object} */ word) => {
      if (!Object.hasOwn(word, 'advancedBy')) return
      worker.off('message', hear)
      moved()
    }
    worker.on('message', hear)
    worker.once('exit', () => moved())
    worker.send(message, () => {})
  })
}

// A test run that was killed takes its servers along.
process.on('disconnect', () => process.exit())
// The channel alone must not keep a server alive that has nothing else to do. A worker has nothing else: its connections
// come through it.
if (cluster.isPrimary) process.channel?.unref()
