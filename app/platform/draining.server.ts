import diagnosticsChannel from 'node:diagnostics_channel'
import { Server, type ServerResponse } from 'node:http'
import { Server as SocketServer } from 'node:net'
import { followOrders, sendReport } from '../kernel/index.server.ts'
import { ms } from '../kernel/index.ts'

type Patience = {
  /** How long answers that are under way may take. */
  readonly workMs: number
  /** How long connections are left open that wait for another request. */
  readonly idleMs: number
}

/** The machine or its owner wants the process gone. */
const whenStopped: Patience = { workMs: ms('8s'), idleMs: ms('1s') }
/**
 * Another worker serves in this one's place, and nothing presses. Connections that wait run out by themselves, as they do
 * at any time: closing one may cross a request that is on its way.
 */
const whenReplaced: Patience = { workMs: ms('10m'), idleMs: Number.POSITIVE_INFINITY }

const lookEveryMs = 100
/** How long letting go of the store may take. */
const closeMs = ms('1s')

type State = {
  readonly servers: Set<Server>
  close: () => void | Promise<void>
  /** Null until told to stop; then when connections that wait are closed, and when everything is. */
  leaving: { closesIdleAt: number; endsAt: number } | null
  hasEnded: boolean
}

const slot: { [key: symbol]: State | undefined } = globalThis as never
const key = Symbol.for('cloakroom.draining')

/** True once this process was told to stop: it answers what it has, and takes nothing new. */
export function isDraining(): boolean {
  return (slot[key]?.leaving ?? null) !== null
}

/**
 * Ends the process in good order on SIGTERM and SIGINT, and when a program that leads it says so. remix-serve closes the
 * listening socket itself; connections that are kept alive, streams and timers would still hold the process. So every
 * further answer closes its connection, what is under way gets its time, `close` is called, and the process ends.
 * A development reload replaces `close` alone.
 */
export function drainOnSignal(close: State['close']): void {
  const known = slot[key]
  if (known) {
    known.close = close
    return
  }
  const state: State = { servers: new Set(), close, leaving: null, hasEnded: false }
  slot[key] = state
  diagnosticsChannel.tracingChannel('net.server.listen').subscribe({
    asyncEnd: (message: unknown) => {
      const { server } = message as { server: unknown }
      if (!(server instanceof Server)) return
      state.servers.add(server)
      server.once('close', () => state.servers.delete(server))
    },
  } as never)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => drain(state, whenStopped))
  followOrders((order) => drain(state, order === 'retire' ? whenReplaced : whenStopped))
}

function drain(state: State, { workMs, idleMs }: Patience): void {
  const at = performance.now()
  const [closesIdleAt, endsAt] = [at + idleMs, at + workMs]
  if (state.leaving) {
    state.leaving.closesIdleAt = Math.min(state.leaving.closesIdleAt, closesIdleAt)
    state.leaving.endsAt = Math.min(state.leaving.endsAt, endsAt)
    return
  }
  state.leaving = { closesIdleAt, endsAt }
  diagnosticsChannel.subscribe('http.server.request.start', (message) => {
    const { response } = message as { response: ServerResponse }
    response.setHeader('Connection', 'close')
  })
  // Closing a server closes the connections that wait as well, at once; remix-serve does so on the same signal.
  for (const server of state.servers) server.closeIdleConnections = () => {}
  setImmediate(() => {
    for (const server of state.servers) if (server.listening) SocketServer.prototype.close.call(server)
  })
  setInterval(() => look(state, state.leaving ?? { closesIdleAt: 0, endsAt: 0 }), lookEveryMs)
}

function look(state: State, { closesIdleAt, endsAt }: { closesIdleAt: number; endsAt: number }): void {
  const at = performance.now()
  for (const server of state.servers) {
    if (at >= endsAt) server.closeAllConnections()
    else if (at >= closesIdleAt) Server.prototype.closeIdleConnections.call(server)
  }
  if (state.servers.size === 0 || at >= endsAt) void end(state)
}

async function end(state: State): Promise<void> {
  if (state.hasEnded) return
  state.hasEnded = true
  setTimeout(() => process.exit(0), closeMs)
  try {
    await sendReport()
    await state.close()
  } finally {
    process.exit(0)
  }
}
