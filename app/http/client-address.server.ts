import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6
export type Network = [Address, number]

/** Reads `TRUSTED_PROXIES` (CIDRs or single addresses). Returns the entries that are neither. */
export function parseNetworks(entries: readonly string[]): { networks: Network[]; malformed: string[] } {
  const networks: Network[] = []
  const malformed: string[] = []
  for (const entry of entries) {
    if (ipaddr.isValidCIDR(entry)) networks.push(ipaddr.parseCIDR(entry))
    else if (ipaddr.isValid(entry)) {
      const address = ipaddr.process(entry)
      networks.push([address, address.kind() === 'ipv4' ? 32 : 128])
    } else malformed.push(entry)
  }
  return { networks, malformed }
}

/**
 * The address of the client, as far as it can be believed: the peer, unless the peer is a trusted proxy; then
 * `X-Forwarded-For` is read from right to left up to the first address that is not one. IPv4-mapped IPv6 is IPv4.
 * Fails closed: behind a trusted proxy a malformed chain ends at the last address that could be verified.
 */
export function clientAddress(peer: string, forwardedFor: string | undefined, trusted: readonly Network[]): string {
  const known = peers.get(peer) ?? learn(peer)
  let believed = known.address
  if (!believed) return 'unknown'
  if (!isTrusted(believed, trusted)) return known.text
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim())
  while (isTrusted(believed, trusted)) {
    const hop = parseAddress(hops.pop() ?? '')
    if (!hop) break
    believed = hop
  }
  return believed.toString()
}

/** Whether whoever speaks to us directly is one of our own proxies. */
export function isTrustedPeer(peer: string, trusted: readonly Network[]): boolean {
  const { address } = peers.get(peer) ?? learn(peer)
  return address !== null && isTrusted(address, trusted)
}

/** Peers come again and again; what they are is worked out once. */
const peers = new Map<string, { address: Address | null; text: string }>()
const mostPeers = 1_000

function learn(peer: string): { address: Address | null; text: string } {
  const address = parseAddress(peer.replace(/%.*$/s, ''))
  const learned = { address, text: address?.toString() ?? 'unknown' }
  if (peers.size >= mostPeers) peers.clear()
  peers.set(peer, learned)
  return learned
}

/** Only what is written in full: `0x7f.1`, `010.0.0.1` and zones mean different addresses to different readers. */
function parseAddress(text: string): Address | null {
  return isIP(text) === 0 || text.includes('%') ? null : ipaddr.process(text)
}

/** The part of an address that limits count by: all of IPv4, the /64 of IPv6 (one customer has at least that). */
export function addressBucket(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown'
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/64`).toString()}/64`
}

function isTrusted(address: Address, trusted: readonly Network[]): boolean {
  return trusted.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits))
}
