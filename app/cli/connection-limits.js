// @ts-check
import { createRequire } from 'node:module'

/**
 * How often Node looks for connections that dawdle, in milliseconds. Its own 30 s would make 40 of the ten that a head may
 * take (`app/kernel/listening.server.ts`): whoever is over the limit is only noticed at the next look.
 */
export const connectionsCheckingInterval = 1_000

/** Servers that others make in this process, such as remix-serve, look as often. They give Node no options of their own. */
export function limitConnections() {
  const http = createRequire(import.meta.url)('node:http')
  const { createServer } = http
  /** @param {unknown} given @param {unknown} listener */
  http.createServer = (given, listener) =>
    typeof given === 'function'
      ? createServer({ connectionsCheckingInterval }, given)
      : createServer({ connectionsCheckingInterval, ...Object(given) }, listener)
}
