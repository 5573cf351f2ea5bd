import { type MetricReport, printOwnMetrics, reportMetrics } from '../telemetry/metrics.server.ts'

/** What the program that leads workers tells one of them; see `app/cli/worker-pool.ts`. */
export type Order =
  /** Another one serves in its place: end when nothing is under way any more. */
  | { readonly cloakroom: 'retire' }
  /** The program ends. */
  | { readonly cloakroom: 'stop' }
  /** Say what was counted. */
  | { readonly cloakroom: 'report' }
  /** What all of them have counted, to whoever asked. */
  | { readonly cloakroom: 'sum'; readonly id: number; readonly printed: { text: string; type: string } }

/** What a worker says. */
export type Word =
  | { readonly cloakroom: 'report'; readonly report: MetricReport }
  | { readonly cloakroom: 'sum'; readonly id: number }

/** The variable that tells a worker its place, such as `1/4`. Not a setting: the program sets it for its workers. */
export const placeVariable = 'CLOAKROOM_WORKER'

const [, slotText, countText] = /^(\d+)\/(\d+)$/.exec(process.env[placeVariable] ?? '') ?? []

/** Which of how many workers of one program this process is; null where it serves alone. */
export const worker =
  slotText && process.send !== undefined ? { slot: Number(slotText), count: Number(countText) } : null

/** Whether this process does what one of several has to do: removing dead rows, counting sessions. */
export const isKeeper = worker === null || worker.slot === 1

/** This process's part of something that the machine has so many of; at least one. */
export function shareOf(amount: number): number {
  return Math.max(1, Math.ceil(amount / (worker?.count ?? 1)))
}

const waitMs = 3_000
const asked = new Map<number, (printed: { text: string; type: string }) => void>()
let lastId = 0

/** Hears the orders of the program that leads this worker; nothing where there is none. */
export function followOrders(carryOut: (order: 'retire' | 'stop') => void): void {
  if (worker === null) return
  process.on('message', (message: Partial<Order> | null) => {
    const order = message as Order | null
    if (order?.cloakroom === 'sum') asked.get(order.id)?.(order.printed)
    else if (order?.cloakroom === 'report') void sendReport()
    else if (order?.cloakroom === 'retire' || order?.cloakroom === 'stop') carryOut(order.cloakroom)
  })
}

/** Sends what was counted to the program that leads this worker, and waits until it has gone out. */
export async function sendReport(): Promise<void> {
  if (worker === null) return
  const word: Word = { cloakroom: 'report', report: await reportMetrics() }
  // A program that has gone has no use for it.
  await new Promise<void>((done) => process.send?.(word, undefined, undefined, () => done()) ?? done())
}

/** Everything counted so far, by all workers of this program, in Prometheus' text format. */
export function printMetrics(): Promise<{ text: string; type: string }> {
  if (worker === null) return printOwnMetrics()
  const id = ++lastId
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      asked.delete(id)
    }
    const timer = setTimeout(() => {
      end()
      reject(new Error('the program that leads the workers did not add up their metrics in time'))
    }, waitMs)
    asked.set(id, (printed) => {
      end()
      resolve(printed)
    })
    const word: Word = { cloakroom: 'sum', id }
    process.send?.(word)
  })
}
