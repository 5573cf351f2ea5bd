import * as build from '@remix-run/dev/server-build'
import { observeRequests, openRequests, readRouteAccess } from './bff/index.server.ts'
import { loadSettings } from './kernel/index.server.ts'
import { StartError } from './kernel/index.ts'
import {
  announceListening,
  createListener,
  drainOnSignal,
  hookRequests,
  isOn,
  openBuiltFiles,
} from './platform/index.server.ts'
import { wire } from './wiring.server.ts'

// remix-serve imports this module once, and in development again after every change; what an earlier import opened is
// closed when the new one stands.
const slot: { [key: symbol]: (() => Promise<void>) | undefined } = globalThis as never
const opened = Symbol.for('cloakroom.opened')
/** Set by `npm run routes`, in the process that imports the build: nothing is opened then. */
const inspects = Symbol.for('cloakroom.inspects')

try {
  readRouteAccess(build.routes)
  if (!slot[inspects]) await open()
} catch (error) {
  if (!(error instanceof StartError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}

async function open(): Promise<void> {
  const settings = loadSettings()
  announceListening(settings)
  const { close } = await wire(settings)
  hookRequests(openRequests(isOn('brotli') ? openBuiltFiles('public/build', '/build/') : leaveToFramework))
  observeRequests(readRouteAccess(build.routes))
  drainOnSignal(() => slot[opened]?.())
  await slot[opened]?.()
  slot[opened] = close
}

function leaveToFramework(): boolean {
  return false
}

/** What every route of this build declares. */
export const routeAccess = () => readRouteAccess(build.routes)

/** What remix-serve mounts, by way of `app/cli/serve.js`. */
export const createBuildListener = (mode: string) => createListener(build, mode)

export * from '@remix-run/dev/server-build'
