import diagnosticsChannel from 'node:diagnostics_channel'
import { type IncomingMessage, type Server, ServerResponse } from 'node:http'

/** What is done about every HTTP request of this process, before and beside the framework. `Context` is carried along. */
export type RequestHooks<Context extends object> = {
  /** Looks at a request before anything of it runs, in the same synchronous stretch in which it is handled. */
  open(request: IncomingMessage, response: ServerResponse): Context
  /** Has the last word about the head of an answer. Returns the status to send instead of the framework's, or null. */
  commit(context: Context, response: ServerResponse): number | null
  /** Writes the answer instead of the framework, or says false. */
  serve(context: Context, request: IncomingMessage, response: ServerResponse): boolean
  /** Called when a development reload puts other hooks in the place of these. */
  stop(): void
}

type Opened = { request: IncomingMessage; response: HookedResponse; server: Server }

/** Until its head goes out. A closure put on each response instead would outlive it: until old objects are collected. */
const contextOf: unique symbol = Symbol.for('cloakroom.request-context') as never
type HookedResponse = ServerResponse & { [contextOf]?: object | null }

/** What an earlier import of this module put into Node's classes and before the framework calls it. */
type Standing = { hooks: RequestHooks<object>; open: (message: unknown) => void }

const channelName = 'http.server.request.start'
const slot: { [key: symbol]: Standing | undefined } = globalThis as never
const standingKey = Symbol.for('cloakroom.request-hooks')

/**
 * Puts hooks around every HTTP request of this process, once; a development reload replaces the earlier ones.
 *
 * remix-serve hands loaders neither the socket nor the response, gives every loader a Request of its own, and skips
 * `entry.server` for redirects, resource routes and static files. Node announces each request on a diagnostics channel
 * in the same synchronous stretch in which it is handled, so a store entered there is seen by all of them.
 */
export function hookRequests<Context extends object>(hooks: RequestHooks<Context>): void {
  const previous = slot[standingKey]
  if (previous) {
    diagnosticsChannel.unsubscribe(channelName, previous.open)
    previous.hooks.stop()
  } else commitInWriteHead()
  const open = (message: unknown) => {
    const { request, response, server } = message as Opened
    standBeforeFramework(server)
    response[contextOf] = hooks.open(request, response)
  }
  slot[standingKey] = { hooks: hooks as RequestHooks<object>, open }
  diagnosticsChannel.subscribe(channelName, open)
}

/** Whoever writes a head, the hooks have the last word about it. */
function commitInWriteHead(): void {
  const { prototype } = ServerResponse
  const { writeHead } = prototype
  prototype.writeHead = function commitAndWriteHead(this: HookedResponse, ...args: unknown[]) {
    const context = this[contextOf]
    let status: number | null = null
    if (context) {
      this[contextOf] = null
      status = slot[standingKey]?.hooks.commit(context, this) ?? null
    }
    return Reflect.apply(writeHead, this, status === null ? args : [status])
  } as typeof writeHead
}

const standing = Symbol.for('cloakroom.stands-before-framework')

/** Asks the hooks before the listeners that the server had. */
function standBeforeFramework(server: Server & { [standing]?: true }): void {
  if (server[standing]) return
  server[standing] = true
  const listeners = server.listeners('request')
  server.removeAllListeners('request')
  server.on('request', (request: IncomingMessage, response: HookedResponse) => {
    const context = response[contextOf]
    if (context && slot[standingKey]?.hooks.serve(context, request, response)) return
    for (const listener of listeners) Reflect.apply(listener, server, [request, response])
  })
}
