import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { hash, parseOptions, verify } from '@node-rs/argon2'
import { lowerPoolPriority, metrics, shareOf } from '../../kernel/index.server.ts'
import { createWorkQueue } from './work-queue.ts'

/** Cost of one hash and size of the queue in front of it. */
export type PasswordLimits = {
  readonly memoryKiB: number
  readonly passes: number
  readonly lanes: number
  /** How many are computed at once. */
  readonly concurrent: number
  /** How many more may wait. */
  readonly waiting: number
}

/**
 * Argon2id at OWASP's figures. Several processes of one machine share its cores; in each, one pool thread of libuv's four
 * is always left for files and addresses. All four give way to the thread that answers requests.
 */
export const defaultPasswordLimits: PasswordLimits = {
  memoryKiB: 19_456,
  passes: 2,
  lanes: 1,
  concurrent: Math.min(shareOf(availableParallelism()), 3),
  waiting: 64,
}

export type Passwords = {
  /** An Argon2id string in PHC form. Throws `Problem('busy')` when the queue is full. */
  hash(password: string): Promise<string>
  /** Whether the password matches. Throws `Problem('busy')` when the queue is full. */
  verify(phc: string, password: string): Promise<boolean>
  /** True when the hash was made with other parameters than today's. */
  needsRehash(phc: string): boolean
  /** A hash that no password matches and that costs what a real one costs: what unknown addresses are checked against. */
  readonly decoy: string
  /** Another such hash, for an account that has no password for the time being. */
  createDecoy(): string
}

const saltBytes = 16
const hashBytes = 32
const argon2id = 2
const version13 = 1

/** Password hashing with Argon2id (RFC 9106) behind a bounded queue. */
export function createPasswords(limits: PasswordLimits = defaultPasswordLimits): Passwords {
  const queue = createWorkQueue({
    ...{ concurrent: limits.concurrent, waiting: limits.waiting, retryAfterSeconds: 3 },
    onLine: (waiting) => metrics.passwordsWaiting.set(waiting),
  })
  const { memoryKiB, passes, lanes } = limits
  const cost = { memoryCost: memoryKiB, timeCost: passes, parallelism: lanes, outputLen: hashBytes }
  const createDecoy = () =>
    `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${lanes}$${randomText(saltBytes)}$${randomText(hashBytes)}`
  return {
    hash: (password) => queue(() => givingWay(hash(password.normalize('NFC'), { ...cost, algorithm: argon2id }))),
    verify: (phc, password) => queue(() => givingWay(verify(phc, password.normalize('NFC')))),
    needsRehash(phc) {
      const made = parseOptions(phc)
      return (
        made.algorithm !== argon2id ||
        made.version !== version13 ||
        made.memoryCost !== memoryKiB ||
        made.timeCost !== passes ||
        made.parallelism !== lanes ||
        made.outputLen !== hashBytes
      )
    },
    decoy: createDecoy(),
    createDecoy,
  }
}

let isLowered = false

/** Work that was just handed to the pool of threads, and the first time lowers their priority: now they are there. */
function givingWay<Result>(hashing: Promise<Result>): Promise<Result> {
  if (!isLowered) {
    isLowered = true
    lowerPoolPriority()
  }
  return hashing
}

/** Random bytes in the unpadded base64 of the PHC string format. */
function randomText(bytes: number): string {
  return randomBytes(bytes).toString('base64').replaceAll('=', '')
}
