import * as build from '@remix-run/dev/server-build'
import { openExchanges, readRouteAccess } from './bff/index.server.ts'
import { announceListening, loadSettings } from './kernel/index.server.ts'
import { StartError } from './kernel/index.ts'
import { wire } from './wiring.server.ts'

// remix-serve imports this module once, and in development again after every change; what an earlier import opened is
// closed when the new one stands.
const slot: { [key: symbol]: (() => void) | undefined } = globalThis as never
const opened = Symbol.for('cloakroom.opened')

try {
  readRouteAccess(build.routes)
  const settings = loadSettings()
  announceListening(settings)
  const { close } = await wire(settings)
  openExchanges()
  slot[opened]?.()
  slot[opened] = close
} catch (error) {
  if (!(error instanceof StartError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}

export * from '@remix-run/dev/server-build'
