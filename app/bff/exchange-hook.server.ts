import diagnosticsChannel from 'node:diagnostics_channel'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { openBuiltFiles, type ServeBuilt } from '../kernel/index.server.ts'
import { limitBodyTime } from './body-deadline.server.ts'
import { commitHeaders, createExchange, enterExchange } from './exchange.server.ts'
import { examineHead, hideFromFramework } from './gate.server.ts'
import { serveProxied } from './proxy/proxy.server.ts'
import { isProxied } from './proxy/upstream.server.ts'

/**
 * Opens an exchange for every HTTP request of this process, before any of it runs.
 *
 * remix-serve hands loaders neither the socket nor the response, gives every loader a Request of its own, and skips
 * `entry.server` for redirects, resource routes and static files. Node announces each request on a diagnostics channel
 * in the same synchronous stretch in which it is handled, so a store entered there is seen by all of them.
 */
type Opened = { request: IncomingMessage; response: ServerResponse; server: Server }

const channelName = 'http.server.request.start'
const slot: { [key: symbol]: ((message: unknown) => void) | undefined } = globalThis as never
const subscription = Symbol.for('cloakroom.exchange-hook')

/** Subscribes once per process; a development reload replaces the earlier subscription by its own. */
export function openExchanges(): void {
  const serveBuilt = openBuiltFiles('public/build', '/build/')
  const previous = slot[subscription]
  if (previous) diagnosticsChannel.unsubscribe(channelName, previous)
  const open = (message: unknown) => openExchange(message as Opened, serveBuilt)
  slot[subscription] = open
  diagnosticsChannel.subscribe(channelName, open)
}

function openExchange({ request, response, server }: Opened, serveBuilt: ServeBuilt): void {
  standBeforeFramework(server)
  const exchange = createExchange({
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    headers: { ...request.headers, host: hostOf(request) },
    peer: request.socket.remoteAddress ?? '',
  })
  exchange.refusal = examineHead(exchange)
  hideFromFramework(exchange, request)
  const { writeHead } = response
  response.writeHead = function commitAndWriteHead(this: ServerResponse, ...args: unknown[]) {
    response.writeHead = writeHead
    commitHeaders(exchange, response)
    return Reflect.apply(writeHead, this, args)
  } as typeof writeHead
  enterExchange(exchange)
  if (isProxied(exchange.head.url)) {
    servings.set(response, () => {
      void serveProxied(exchange, request, response)
      return true
    })
  } else {
    limitBodyTime(request, response)
    servings.set(response, () => serveBuilt(request, response))
  }
}

/** Node keeps the first of two Host headers; together they are nobody's (RFC 9112, 3.2). */
function hostOf({ rawHeaders }: IncomingMessage): string | undefined {
  let host: string | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (name.length !== 4 || name.toLowerCase() !== 'host') continue
    host = host === undefined ? rawHeaders[index + 1] : `${host}, ${rawHeaders[index + 1]}`
  }
  return host
}

type Servings = WeakMap<ServerResponse, () => boolean>

const shared: { [key: symbol]: Servings | undefined } = globalThis as never
const servingsKey = Symbol.for('cloakroom.servings')
/** Who may write a response before the framework; says whether it does. Shared with what an earlier import of this module put before the framework. */
const servings: Servings = shared[servingsKey] ?? new WeakMap()
shared[servingsKey] = servings

const standing = Symbol.for('cloakroom.stands-before-framework')

/**
 * Leads what the proxy serves past the framework, which takes five times as long for it as the proxy does, and wants
 * bodies as web streams; and what the build made, once it is compressed. Everything else goes on to the listeners that the server had.
 */
function standBeforeFramework(server: Server & { [standing]?: true }): void {
  if (server[standing]) return
  server[standing] = true
  const listeners = server.listeners('request')
  server.removeAllListeners('request')
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (servings.get(response)?.()) return
    for (const listener of listeners) Reflect.apply(listener, server, [request, response])
  })
}
