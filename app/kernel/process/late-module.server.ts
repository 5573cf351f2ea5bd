import { Problem } from '../errors.ts'
import { log } from '../telemetry/log.server.ts'

/**
 * A part of the program that is read when somebody first needs it, and kept from then on. A disk that cannot be read at
 * that moment is `Problem('unavailable')` for whoever asked, and the next one tries anew: a failure is not kept.
 */
export function readLate<Part>(read: () => Promise<Part>): () => Promise<Part> {
  let reading: Promise<Part> | null = null
  return () => {
    reading ??= read().catch((error: unknown) => {
      reading = null
      log.error({ err: error }, 'a part of the program could not be read')
      throw new Problem('unavailable')
    })
    return reading
  }
}
