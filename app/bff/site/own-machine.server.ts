import { isLoopback } from '../../kernel/index.server.ts'
import { Problem } from '../../kernel/index.ts'
import { getRequestContext } from '../request/request-context.server.ts'

/** An address of this machine's own, as the socket names its peer: IPv4, IPv6, and IPv4 within IPv6. */
const ownPeer = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/i

/** What proxies, tunnels and content networks add to what they pass on (RFC 7239, RFC 9110 7.6.3, RFC 8586, and habit). */
const passedOn = [
  /^(forwarded|via|cdn-loop|x-real-ip)$/,
  /^x-(forwarded|original|proxy\w*|envoy|azure|arr|appengine|vercel|amz|amzn)(-|$)/,
  /client-ip$/,
  /connecting-ip(v6)?$/,
  /^(cf|fly|ngrok|tailscale|fastly)-/,
]

/**
 * Whether the request at hand was made by a program of this machine and came directly. The socket's own peer is this machine; a
 * proxy or tunnel on it is such a peer as well, so nothing may say that the request was passed on, whatever it says about
 * whom for; and a page that got a browser here to take its own host for this machine (DNS rebinding) names another host. What
 * a tunnel passes on without adding a word cannot be told from a program of this machine.
 */
export function isFromThisMachine(): boolean {
  const { peer, headers } = getRequestContext().head
  const isPassedOn = Object.keys(headers).some((name) => passedOn.some((form) => form.test(name)))
  return ownPeer.test(peer) && !isPassedOn && isLocalHost(headers.host ?? '')
}

/** Lets only programs of this machine on; for everybody else there is no such page. */
export function requireThisMachine(): void {
  if (!isFromThisMachine()) throw new Problem('not_found')
}

function isLocalHost(host: string): boolean {
  return URL.canParse(`http://${host}`) && isLoopback(new URL(`http://${host}`).hostname)
}
