import diagnosticsChannel from 'node:diagnostics_channel'
import type { Server } from 'node:http'
import { createServer } from 'node:net'
import { type Settings, worker } from '../kernel/index.server.ts'
import { StartError } from '../kernel/index.ts'

let isAnnounced = false

/**
 * Tells remix-serve where to listen, and the person where to go once it does. A port that is taken ends the process
 * with one message instead of a stack trace.
 */
export function announceListening(settings: Settings): void {
  const { PORT, HOST, APP_ORIGIN } = settings
  process.env.PORT = String(PORT)
  if (HOST !== undefined) process.env.HOST = HOST
  if (isAnnounced) return
  isAnnounced = true
  diagnosticsChannel.tracingChannel('net.server.listen').subscribe({
    asyncEnd: (message: unknown) => {
      const { server } = message as { server: Partial<Server> }
      // Node waits one minute for a head and five for a body: too long to hold a place for somebody who dawdles. For
      // bodies there is no one limit: an upload through the proxy may take its time, so each request sets its own.
      server.headersTimeout = 10_000
      server.requestTimeout = 0
      // The program that leads several says it once for all of them.
      if (worker === null) process.stdout.write(`\nCloakroom is ready: ${APP_ORIGIN}\n\n`)
    },
    error: (message: unknown) => {
      const { error } = message as { error: NodeJS.ErrnoException }
      process.stderr.write(`${listenFault(error, settings).message}\n`)
      process.exit(1)
    },
  } as never)
}

/** Throws a `StartError` when nobody could listen where the settings say. Node tells a worker of it by an exception alone. */
export async function requireFreePort(settings: Settings): Promise<void> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error) => reject(listenFault(error, settings)))
    probe.listen(settings.PORT, settings.HOST, resolve)
  })
  await new Promise((resolve) => probe.close(resolve))
}

function listenFault({ code }: NodeJS.ErrnoException, { PORT, HOST }: Settings): StartError {
  const reason =
    code === 'EADDRINUSE'
      ? `port ${PORT} is taken: stop what listens there, or set PORT (and APP_ORIGIN) to another one`
      : `cannot listen on ${HOST ?? 'any address'}, port ${PORT} (${code}): check HOST and PORT`
  return new StartError([reason])
}
