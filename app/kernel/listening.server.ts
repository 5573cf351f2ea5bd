import diagnosticsChannel from 'node:diagnostics_channel'
import type { Server } from 'node:http'
import type { Settings } from './env.server.ts'
import { StartError } from './errors.ts'

let isAnnounced = false

/**
 * Tells remix-serve where to listen, and the person where to go once it does. A port that is taken ends the process
 * with one message instead of a stack trace.
 */
export function announceListening({ PORT, HOST, APP_ORIGIN }: Settings): void {
  process.env.PORT = String(PORT)
  if (HOST !== undefined) process.env.HOST = HOST
  if (isAnnounced) return
  isAnnounced = true
  diagnosticsChannel.tracingChannel('net.server.listen').subscribe({
    asyncEnd: (message: unknown) => {
      const { server } = message as { server: Partial<Server> }
      // Node waits one minute for a head and five for a body: too long to hold a place for somebody who dawdles. For
      // bodies there is no one limit: an upload through the proxy may take its time, so each exchange sets its own.
      server.headersTimeout = 10_000
      server.requestTimeout = 0
      process.stdout.write(`\nCloakroom is ready: ${APP_ORIGIN}\n\n`)
    },
    error: (message: unknown) => {
      const { code } = (message as { error: NodeJS.ErrnoException }).error
      const reason =
        code === 'EADDRINUSE'
          ? `port ${PORT} is taken: stop what listens there, or set PORT (and APP_ORIGIN) to another one`
          : `cannot listen on ${HOST ?? 'any address'}, port ${PORT} (${code}): check HOST and PORT`
      process.stderr.write(`${new StartError([reason]).message}\n`)
      process.exit(1)
    },
  } as never)
}
