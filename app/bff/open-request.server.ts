import type { IncomingMessage, ServerResponse } from 'node:http'
import { noteOpenAnswer, watchLongAnswers } from './guard/long-answers.server.ts'
import { serveProxied } from './proxy/proxy.server.ts'
import { isProxied } from './proxy/upstream.server.ts'
import { limitBodyTime } from './request/body-deadline.server.ts'
import { examineHead, hideFromFramework, leaveBodyUnread } from './request/gate.server.ts'
import {
  commitHeaders,
  createRequestContext,
  enterRequestContext,
  type RequestContext,
} from './request/request-context.server.ts'

/** With the same method and body (RFC 9110, 15.4.8); also where the framework would wrap a redirect for its own scripts. */
const repeatStatus = 307

/** Answers a request for a built file and says true; false when somebody else has to. */
type ServeBuilt = (request: IncomingMessage, response: ServerResponse) => boolean

/**
 * Opens the context of every HTTP request and has the last word about its answer.
 *
 * What the proxy serves is led past the framework, which takes five times as long for it as the proxy does, and wants
 * bodies as web streams; `serveBuilt` answers for what the build made. Everything else is left to the framework.
 */
export function openRequests(serveBuilt: ServeBuilt) {
  const stop = watchLongAnswers()
  return {
    open: openRequest,
    commit(context: RequestContext, response: ServerResponse): number | null {
      commitHeaders(context, response)
      return context.isRepeated ? repeatStatus : null
    },
    serve(context: RequestContext, request: IncomingMessage, response: ServerResponse): boolean {
      if (!isProxied(context.head.url)) return serveBuilt(request, response)
      void serveProxied(context, request, response)
      return true
    },
    /** Ends the watch over answers that last. */
    stop,
  }
}

function openRequest(request: IncomingMessage, response: ServerResponse): RequestContext {
  const { method = 'GET', url = '/', headers, socket } = request
  const host = hostOf(request)
  const isPassedOn = isProxied(url)
  const context = createRequestContext({
    ...{ method, url, peer: socket.remoteAddress ?? '' },
    // Nothing is taken out of those of a call that the framework does not see.
    headers: isPassedOn && host === headers.host ? headers : { ...headers, host },
  })
  context.refusal = examineHead(context)
  if (context.refusal?.stops === 'every') leaveBodyUnread(context)
  enterRequestContext(context)
  noteOpenAnswer(response, context)
  if (!isPassedOn) {
    hideFromFramework(context, request)
    limitBodyTime(request, response)
  }
  return context
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
