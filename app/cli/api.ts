import { AsyncLocalStorage } from 'node:async_hooks'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { closeStore, type Database, openStore } from '../../db/index.ts'
import { createAccessTokenVerifier, createApi, createRemoteKeys } from '../api/index.server.ts'
import { createEventReader, createEventRecorder, type EventRecorder, eventLimitsOf } from '../events/index.server.ts'
import { clientAddress, parseNetworks, problemResponse } from '../http/index.server.ts'
import { loadSettings, log, type Settings } from '../kernel/index.server.ts'
import { Problem, type RecordEvent, StartError } from '../kernel/index.ts'
import { connectionsCheckingInterval } from '../platform/connection-limits.js'

/**
 * `npm run api`: the resource server alone, on `API_PORT`. It shares the store with the site and nothing else: it knows
 * the issuer by its public key set.
 */
async function main(): Promise<void> {
  const settings = loadSettings()
  const onFault = (error: Error) => log.warn({ err: error }, 'a connection to the store broke while nobody used it')
  const database = await openStore({ url: settings.DATABASE_URL, postgres: settings.postgres, onFault })
  const events = createEventRecorder({ database, ...eventLimitsOf(settings), log })
  const server = createApiServer(settings, database, events)
  await listen(server, settings)
  stopOnSignal(server, database, events)
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : settings.API_PORT
  console.log(`The API listens on http://${settings.HOST ?? 'localhost'}:${port} (open: /health).`)
  console.log(`It believes access tokens of ${settings.APP_ORIGIN}, by the keys at ${keySetUrl(settings)}.`)
}

function createApiServer(settings: Settings, database: Database, events: EventRecorder): Server {
  const verifyAccessToken = createAccessTokenVerifier({
    issuer: settings.APP_ORIGIN,
    audience: settings.ACCESS_TOKEN_AUDIENCE,
    keys: createRemoteKeys(keySetUrl(settings)),
  })
  const origins = new AsyncLocalStorage<{ address: string; agent: string }>()
  const record: RecordEvent = (event) => events.record({ ...origins.getStore(), ...event })
  const api = createApi({
    ...{ database, verifyAccessToken, record },
    events: createEventReader(database),
    sessionIdleMs: settings.SESSION_IDLE,
  })
  const listener = getRequestListener(api, {
    overrideGlobalObjects: false,
    // The handler never rejects: what arrives here could not even be made a Request.
    errorHandler: () => problemResponse(new Problem('malformed_request', { headers: { 'Cache-Control': 'no-store' } })),
  })
  const { networks } = parseNetworks(settings.TRUSTED_PROXIES)
  return createServer(
    { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval },
    (request, response) => origins.run(originOf(request, networks), () => listener(request, response)),
  )
}

/** Whose request it is, for events: the peer, or whoever a trusted proxy names. */
function originOf({ socket, headers }: IncomingMessage, networks: ReturnType<typeof parseNetworks>['networks']) {
  const forwarded = headers['x-forwarded-for']
  const chain = Array.isArray(forwarded) ? forwarded.join(',') : forwarded
  return { address: clientAddress(socket.remoteAddress ?? '', chain, networks), agent: headers['user-agent'] ?? '' }
}

function keySetUrl(settings: Settings): string {
  return settings.API_JWKS_URL ?? `${settings.APP_ORIGIN}/.well-known/jwks.json`
}

function listen(server: Server, { API_PORT, HOST }: Settings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE' ? 'is taken: stop what listens there, or set another' : 'cannot be used'
      reject(new StartError([`API_PORT ${API_PORT} ${reason} (${error.code})`]))
    })
    server.listen(API_PORT, HOST, resolve)
  })
}

/** Answers what is under way, then lets go of the store. */
function stopOnSignal(server: Server, database: Database, events: EventRecorder): void {
  const stop = () =>
    server.close(async () => {
      await events.close()
      await closeStore(database)
    })
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

try {
  await main()
} catch (error) {
  if (!(error instanceof StartError)) throw error
  console.error(error.message)
  process.exit(1)
}
