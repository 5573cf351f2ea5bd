import { ms } from '../../kernel/index.ts'
import type { SigningAlgorithm, SigningKeyRow } from './signing-key-store.ts'

/** What the plan knows of a key. `privateKey` is null when this process cannot open it. */
export type PlannedKey = Pick<SigningKeyRow, 'kid' | 'alg' | 'signsFrom' | 'retiredAt'> & {
  readonly privateKey: unknown
}

export type KeyPlanSettings = {
  readonly alg: SigningAlgorithm
  /** How long a key signs before the next one takes over. */
  readonly rotateAfterMs: number
  /** The longest life of what it has signed. */
  readonly tokenTtlMs: number
}

export type KeyPlan = {
  /** From when the keys that are missing are to sign. */
  readonly make: readonly number[]
  /** The next key signs later than today's settings say. */
  readonly bringForward: { readonly kid: string; readonly from: number; readonly to: number } | null
  /** The keys whose last tokens have expired. */
  readonly retire: readonly string[]
}

/** A new key is in the key set for so long before it signs, so that verifiers elsewhere have it by then. */
const leadMs = ms('1h')
/** Beyond the life of the tokens: clocks that differ, a process that learns of a rotation late. */
const marginMs = ms('10m')

/**
 * What the keys need at this moment: always one that signs and, published beside it, the next one; whatever was replaced
 * leaves when nothing that it has signed is valid any more. Writes nothing; `signing-key-steward.ts` carries it out.
 */
export function planKeys(keys: readonly PlannedKey[], nowMs: number, settings: KeyPlanSettings): KeyPlan {
  const { alg, rotateAfterMs } = settings
  const signer = findSigningKey(keys, alg, nowMs)
  if (!signer) return { make: [nowMs, nowMs + rotateAfterMs], bringForward: null, retire: [] }
  const due = Math.max(signer.signsFrom + rotateAfterMs, nowMs + Math.min(leadMs, rotateAfterMs))
  const next = findNextKey(keys, alg, nowMs)
  return {
    make: next ? [] : [due],
    bringForward: next && next.signsFrom > due ? { kid: next.kid, from: next.signsFrom, to: due } : null,
    retire: keys
      .filter((key) => key !== signer && key.retiredAt === null)
      .filter((key) => nowMs >= endOf(key, keys, settings) + settings.tokenTtlMs + marginMs)
      .map((key) => key.kid),
  }
}

/**
 * The newest key of the algorithm whose time has come and which this process can open. When the clock has stepped back
 * before all of them it is the oldest.
 */
export function findSigningKey<T extends PlannedKey>(
  keys: readonly T[],
  alg: SigningAlgorithm,
  nowMs: number,
): T | null {
  const usable = usableKeys(keys, alg).toReversed()
  return usable.find((key) => key.signsFrom <= nowMs) ?? usable.at(-1) ?? null
}

/** The key that takes over from the one that signs, or null. */
export function findNextKey<T extends PlannedKey>(keys: readonly T[], alg: SigningAlgorithm, nowMs: number): T | null {
  const signsFrom = findSigningKey(keys, alg, nowMs)?.signsFrom ?? Number.POSITIVE_INFINITY
  return usableKeys(keys, alg).find((key) => key.signsFrom > signsFrom) ?? null
}

/** By the time from which they sign. */
function usableKeys<T extends PlannedKey>(keys: readonly T[], alg: SigningAlgorithm): T[] {
  return keys
    .filter((key) => key.alg === alg && key.privateKey !== null && key.retiredAt === null)
    .toSorted((a, b) => a.signsFrom - b.signsFrom)
}

/** When a key was replaced: by its successor or, with an algorithm that is no longer in use, at the end of its time. */
function endOf(key: PlannedKey, keys: readonly PlannedKey[], { alg, rotateAfterMs }: KeyPlanSettings): number {
  if (key.alg !== alg) return key.signsFrom + rotateAfterMs
  const successor = usableKeys(keys, alg).find((other) => other.signsFrom > key.signsFrom)
  return successor?.signsFrom ?? Number.POSITIVE_INFINITY
}
