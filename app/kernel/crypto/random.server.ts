import { randomFillSync } from 'node:crypto'

// One call into the system's generator costs as much for 8 KiB as for 16 bytes.
const pool = new Uint8Array(8_192)
let used = pool.length

/** Fresh random bytes from the operating system's generator; never handed out twice. */
export function takeRandomBytes(length: number): Buffer {
  if (length > pool.length) throw new RangeError(`at most ${pool.length} random bytes at once`)
  if (used + length > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const bytes = Buffer.allocUnsafe(length)
  for (let index = 0; index < length; index++) {
    bytes[index] = pool[used] ?? 0
    pool[used++] = 0
  }
  return bytes
}
