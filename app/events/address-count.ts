import { createHash } from 'node:crypto'

export type AddressCount = {
  add(address: string): void
  /** About how many different ones; within a tenth up to some ten thousand, and no more beyond. */
  estimate(): number
}

const bits = 4_096

/** How many different addresses there were, in 512 bytes whatever their number (linear counting, Whang 1990). */
export function createAddressCount(): AddressCount {
  const seen = new Uint8Array(bits / 8)
  let set = 0
  return {
    add(address) {
      const place = createHash('sha256').update(address).digest().readUInt16BE() % bits
      const mask = 1 << (place % 8)
      const byte = seen[place >> 3] ?? 0
      if ((byte & mask) === 0) set++
      seen[place >> 3] = byte | mask
    },
    estimate: () => Math.round(-bits * Math.log(Math.max(bits - set, 1) / bits)),
  }
}
