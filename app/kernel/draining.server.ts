import diagnosticsChannel from 'node:diagnostics_channel'
import type { Server } from 'node:http'

/** How long answers that are under way may take after the signal to stop. */
const patienceMs = 8_000
const lookEveryMs = 100

const slot: { [key: symbol]: { servers: Set<Server>; isDraining: boolean } | undefined } = globalThis as never
const key = Symbol.for('cloakroom.draining')

/** True once this process was told to stop: it answers what it has, and takes nothing new. */
export function isDraining(): boolean {
  return slot[key]?.isDraining ?? false
}

/**
 * Ends the process in good order on SIGTERM and SIGINT. remix-serve closes the listening socket itself; connections that
 * are kept alive, streams and timers would still hold the process. So connections are closed as they fall idle, what is
 * under way gets eight seconds, and then the process ends; `exit` listeners write what still waits.
 */
export function drainOnSignal(): void {
  if (slot[key]) return
  const state = { servers: new Set<Server>(), isDraining: false }
  slot[key] = state
  diagnosticsChannel.subscribe('http.server.request.start', (message) => {
    const { server } = message as { server: Server }
    if (state.servers.has(server)) return
    state.servers.add(server)
    server.once('close', () => state.servers.delete(server))
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => drain(state))
}

function drain(state: { servers: Set<Server>; isDraining: boolean }): void {
  if (state.isDraining) return
  state.isDraining = true
  const closing = setInterval(() => {
    for (const server of state.servers) server.closeIdleConnections()
    if (state.servers.size === 0) end()
  }, lookEveryMs)
  const limit = setTimeout(() => {
    for (const server of state.servers) server.closeAllConnections()
    end()
  }, patienceMs)
  function end() {
    clearInterval(closing)
    clearTimeout(limit)
    process.exit(0)
  }
}
