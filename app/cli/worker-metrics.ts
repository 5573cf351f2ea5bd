import type { Worker } from 'node:cluster'
import { addReports, type MetricReport, type Order, printReports, type Word } from '../kernel/index.server.ts'

/** How long workers have to say what they have counted. For whoever does not, its last word stands. */
const waitMs = 1_000

/**
 * Adds up what workers have counted. What those that have gone had counted stays in the sum: a counter that falls back is
 * taken for one that began anew, and its whole value for what came since.
 */
export function createWorkerMetrics(workers: () => Worker[]) {
  const reports = new Map<number, MetricReport>()
  /** Of those that have gone, before it is added up at the next look. */
  const departed: MetricReport[] = []
  let waiting: { missing: Set<number>; done: () => void } | null = null
  let collecting: Promise<{ text: string; type: string }> | null = null

  function noteReport(id: number, report: MetricReport): void {
    reports.set(id, report)
    leave(id)
  }

  function leave(id: number): void {
    waiting?.missing.delete(id)
    if (waiting?.missing.size === 0) waiting.done()
  }

  async function collect(): Promise<{ text: string; type: string }> {
    const asked = workers().filter((worker) => worker.isConnected())
    await new Promise<void>((done) => {
      const timer = setTimeout(done, waitMs)
      waiting = {
        missing: new Set(asked.map(({ id }) => id)),
        done: () => {
          clearTimeout(timer)
          done()
        },
      }
      const order: Order = { cloakroom: 'report' }
      for (const worker of asked) worker.send(order, () => {})
    })
    waiting = null
    if (departed.length > 1) departed.push(await addReports(departed.splice(0)))
    return printReports([...reports.values(), ...departed])
  }

  async function answer(worker: Worker, id: number): Promise<void> {
    collecting ??= collect().finally(() => {
      collecting = null
    })
    const order: Order = { cloakroom: 'sum', id, printed: await collecting }
    if (worker.isConnected()) worker.send(order, () => {})
  }

  return {
    /** What a worker says: its report, or that somebody has asked it for the sum. */
    hear(worker: Worker, word: Partial<Word> | null): void {
      const said = word as Word | null
      if (said?.cloakroom === 'report') noteReport(worker.id, said.report)
      else if (said?.cloakroom === 'sum') void answer(worker, said.id)
    },
    /** A worker has ended. */
    noteGone({ id }: Worker): void {
      const last = reports.get(id)
      if (last) departed.push(last.filter(({ type }) => isCounted(String(type))))
      reports.delete(id)
      leave(id)
    },
  }
}

const isCounted = (type: string) => type === 'counter' || type === 'histogram'
