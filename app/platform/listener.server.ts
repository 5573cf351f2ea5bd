import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRequestHandler, type RequestHandler, type ServerBuild } from '@remix-run/node'
import { createBuildFinder } from './route-tables.server.ts'
import { sendWebResponse, toWebRequest } from './web-messages.server.ts'

/** One of Express's, as remix-serve mounts it. */
export type Listener = (request: IncomingMessage, response: ServerResponse, next: (fault?: unknown) => void) => void

/**
 * Answers with Remix's handler for the part of the build that matters to the path. A handler is made at the first request
 * for its part, and kept.
 */
export function createListener(build: ServerBuild, mode: string): Listener {
  const findBuild = createBuildFinder(build)
  const handlers = new Map<ServerBuild, RequestHandler>()

  function handlerFor(target: string): RequestHandler {
    const part = findBuild(target.split('?', 1)[0] ?? '/')
    const known = handlers.get(part)
    if (known) return known
    const handler = createRequestHandler(part, mode)
    handlers.set(part, handler)
    return handler
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const handle = handlerFor(request.url ?? '/')
    await sendWebResponse(await handle(toWebRequest(request, response)), response)
  }

  return (request, response, next) => void answer(request, response).catch(next)
}
