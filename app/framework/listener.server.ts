import type { IncomingMessage, ServerResponse } from 'node:http'
import { createBuildFinder, type RoutedBuild } from './route-tables.server.ts'

/** One of Express's, as remix-serve mounts it. */
export type Listener = (request: IncomingMessage, response: ServerResponse, next: (fault?: unknown) => void) => void

/**
 * Answers with `create`'s listener for the part of the build that matters to the path. A listener is made at the first
 * request for its part, and kept.
 */
export function createListener<Build extends RoutedBuild>(build: Build, create: (build: Build) => Listener): Listener {
  const findBuild = createBuildFinder(build)
  const listeners = new Map<Build, Listener>()
  return (request, response, next) => {
    const found = findBuild((request.url ?? '/').split('?', 1)[0] ?? '/')
    let listener = listeners.get(found)
    if (!listener) {
      listener = create(found)
      listeners.set(found, listener)
    }
    listener(request, response, next)
  }
}
