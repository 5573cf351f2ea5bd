import diagnosticsChannel from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { commitHeaders, createExchange, enterExchange } from './exchange.server.ts'
import { examineHead, hideFromFramework } from './gate.server.ts'

/**
 * Opens an exchange for every HTTP request of this process, before any of it runs.
 *
 * remix-serve hands loaders neither the socket nor the response, gives every loader a Request of its own, and skips
 * `entry.server` for redirects, resource routes and static files. Node announces each request on a diagnostics channel
 * in the same synchronous stretch in which it is handled, so a store entered there is seen by all of them.
 */
type Opened = { request: IncomingMessage; response: ServerResponse }

const channelName = 'http.server.request.start'
const slot: { [key: symbol]: ((message: unknown) => void) | undefined } = globalThis as never
const subscription = Symbol.for('cloakroom.exchange-hook')

/** Subscribes once per process; a development reload replaces the earlier subscription by its own. */
export function openExchanges(): void {
  const previous = slot[subscription]
  if (previous) diagnosticsChannel.unsubscribe(channelName, previous)
  const open = (message: unknown) => openExchange(message as Opened)
  slot[subscription] = open
  diagnosticsChannel.subscribe(channelName, open)
}

function openExchange({ request, response }: Opened): void {
  const exchange = createExchange({
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    // Node keeps the first of two Host headers; together they are nobody's (RFC 9112, 3.2).
    headers: { ...request.headers, host: request.headersDistinct.host?.join(', ') },
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
}
