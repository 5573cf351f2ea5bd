// @ts-check
import { createRequire } from 'node:module'

/**
 * How often Node looks for connections that dawdle, in milliseconds. Its own 30 s would make 40 of the ten that a head may
 * take (`app/platform/listening.server.ts`): whoever is over the limit is only noticed at the next look.
 */
export const connectionsCheckingInterval = 1_000

/**
 * How long the head of a request may be at the site, in bytes. Cookies that other ports and sibling hosts planted come with every
 * request: past Node's own 16 KiB it answers 431 by itself and nobody could help the person, who sees it on every page. Up to
 * here the site answers with a page that removes them. A head is held while it comes, for ten seconds at most: a thousand
 * connections that dawdle hold 64 MB at the very most.
 */
const maxHeaderSize = 65_536

/** Servers that others make in this process, such as remix-serve, are made so. They give Node no options of their own. */
export function limitConnections() {
  const http = createRequire(import.meta.url)('node:http')
  const { createServer } = http
  /** @param {unknown} given @param {unknown} listener */
  http.createServer = (given, listener) =>
    typeof given === 'function'
      ? createServer({ connectionsCheckingInterval, maxHeaderSize }, given)
      : createServer({ connectionsCheckingInterval, maxHeaderSize, ...Object(given) }, listener)
}
