import diagnosticsChannel from 'node:diagnostics_channel'
import { type IncomingMessage, type Server, ServerResponse } from 'node:http'
import { openBuiltFiles } from '../kernel/index.server.ts'
import { limitBodyTime } from './body-deadline.server.ts'
import { commitHeaders, createExchange, type Exchange, enterExchange } from './exchange.server.ts'
import { examineHead, hideFromFramework, leaveBodyUnread } from './gate.server.ts'
import { noteOpenAnswer, watchLongAnswers } from './long-answers.server.ts'
import { serveProxied } from './proxy/proxy.server.ts'
import { isProxied } from './proxy/upstream.server.ts'

/**
 * Opens an exchange for every HTTP request of this process, before any of it runs.
 *
 * remix-serve hands loaders neither the socket nor the response, gives every loader a Request of its own, and skips
 * `entry.server` for redirects, resource routes and static files. Node announces each request on a diagnostics channel
 * in the same synchronous stretch in which it is handled, so a store entered there is seen by all of them.
 */
type Opened = { request: IncomingMessage; response: OpenResponse; server: Server }

/** Until its head goes out. A closure put on each response instead would outlive it: until old objects are collected. */
const exchangeOf: unique symbol = Symbol.for('cloakroom.exchange') as never
type OpenResponse = ServerResponse & { [exchangeOf]?: Exchange | null }

/** What this import of the module does; what an earlier one put into Node's classes and before the framework calls it. */
type Handlers = {
  /** Ends the watch over answers that last. */
  stopWatching: () => void
  open: (message: unknown) => void
  commit: typeof commitHeaders
  /** Writes the response instead of the framework, or says false. */
  serve: (exchange: Exchange, request: IncomingMessage, response: ServerResponse) => boolean
}

/** With the same method and body (RFC 9110, 15.4.8); also where the framework would wrap a redirect for its own scripts. */
const repeatStatus = 307

const channelName = 'http.server.request.start'
const slot: { [key: symbol]: Handlers | undefined } = globalThis as never
const handlersKey = Symbol.for('cloakroom.exchange-handlers')

/** Subscribes once per process; a development reload replaces the earlier subscription by its own. */
export function openExchanges(): void {
  const serveBuilt = openBuiltFiles('public/build', '/build/')
  const previous = slot[handlersKey]
  if (previous) {
    diagnosticsChannel.unsubscribe(channelName, previous.open)
    previous.stopWatching()
  } else commitInWriteHead()
  const handlers: Handlers = {
    stopWatching: watchLongAnswers(),
    open: (message) => openExchange(message as Opened),
    commit: commitHeaders,
    serve: (exchange, request, response) => {
      if (!isProxied(exchange.head.url)) return serveBuilt(request, response)
      void serveProxied(exchange, request, response)
      return true
    },
  }
  slot[handlersKey] = handlers
  diagnosticsChannel.subscribe(channelName, handlers.open)
}

function openExchange({ request, response, server }: Opened): void {
  standBeforeFramework(server)
  const { method = 'GET', url = '/', headers, socket } = request
  const host = hostOf(request)
  const isPassedOn = isProxied(url)
  const exchange = createExchange({
    ...{ method, url, peer: socket.remoteAddress ?? '' },
    // Nothing is taken out of those of a call that the framework does not see.
    headers: isPassedOn && host === headers.host ? headers : { ...headers, host },
  })
  exchange.refusal = examineHead(exchange)
  if (exchange.refusal?.stops === 'every') leaveBodyUnread(exchange)
  response[exchangeOf] = exchange
  enterExchange(exchange)
  noteOpenAnswer(response, exchange)
  if (isPassedOn) return
  hideFromFramework(exchange, request)
  limitBodyTime(request, response)
}

/** Whoever writes a head, the exchange has the last word about it. */
function commitInWriteHead(): void {
  const { prototype } = ServerResponse
  const { writeHead } = prototype
  prototype.writeHead = function commitAndWriteHead(this: OpenResponse, ...args: unknown[]) {
    const exchange = this[exchangeOf]
    if (exchange) {
      this[exchangeOf] = null
      slot[handlersKey]?.commit(exchange, this)
    }
    return Reflect.apply(writeHead, this, exchange?.isRepeated ? [repeatStatus] : args)
  } as typeof writeHead
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
  server.on('request', (request: IncomingMessage, response: OpenResponse) => {
    const exchange = response[exchangeOf]
    if (exchange && slot[handlersKey]?.serve(exchange, request, response)) return
    for (const listener of listeners) Reflect.apply(listener, server, [request, response])
  })
}
