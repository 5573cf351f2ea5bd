import type { KeyRing } from '../../kernel/index.server.ts'
import { now, Problem, type RecordEvent } from '../../kernel/index.ts'
import { findEncryptingSecret, type LoadedKey, makeKey, reencryptKey } from './signing-key-material.ts'
import { findNextKey, findSigningKey, type KeyPlan, type KeyPlanSettings, planKeys } from './signing-key-plan.ts'
import type { SigningKeyRow, SigningKeyStore } from './signing-key-store.ts'

export type ListedKey = Pick<SigningKeyRow, 'kid' | 'alg' | 'createdAt' | 'signsFrom' | 'retiredAt'> & {
  readonly signs: boolean
  /** The id of the secret that its private part is encrypted with; null when that was wiped. */
  readonly secretId: string | null
}

export type KeyRetirement = 'retired' | 'unknown' | 'already-retired' | 'only-key'

export type KeySteward = {
  /** Does what is due: makes the next key, retires what was replaced long enough ago. Called at start and hourly. */
  tend(): Promise<void>
  /** Every key there ever was, in the order in which they sign. */
  list(): Promise<ListedKey[]>
  /** Lets the next key sign from now on and makes another next one. The previous stays published until the plan retires it. */
  rotate(): Promise<{ kid: string; previous: string }>
  /** Takes a key out of the key set at once; when it was the one that signs, the next one takes over first. */
  retire(kid: string): Promise<KeyRetirement>
  /** Encrypts every private key with the newest secret of the ring. Returns the ids of the secrets still in use. */
  reencryptWith(ring: KeyRing): Promise<string[]>
}

type Deps = {
  store: SigningKeyStore
  ring: KeyRing
  settings: KeyPlanSettings
  record: RecordEvent
  /** Reads the table anew and returns every row of it. */
  read: () => Promise<SigningKeyRow[]>
  /** The keys of the last read that have not retired. */
  published: () => LoadedKey[]
}

/** How often a steward looks anew when another process was faster. Every loss means that somebody else got on. */
const maxLooks = 4

/** Makes, replaces and retires signing keys, by the plan or on demand. Any number of processes may do so at once. */
export function createKeySteward({ store, ring, settings, record, read, published }: Deps): KeySteward {
  const { alg } = settings
  const findSigner = () => findSigningKey(published(), alg, now())

  async function tend(cause: 'schedule' | 'command' = 'schedule'): Promise<void> {
    for (let look = 0; look < maxLooks; look++) {
      const rows = await read()
      const plan = planKeys(published(), now(), settings)
      if (plan.make.length === 0 && plan.retire.length === 0 && !plan.bringForward) return
      await carryOut(plan, rows.length, cause)
    }
    await read()
  }

  async function carryOut({ make, bringForward, retire }: KeyPlan, count: number, cause: string): Promise<void> {
    if (bringForward) await store.reschedule(bringForward.kid, bringForward.from, bringForward.to)
    for (const kid of retire) await retireNow(kid, 'replaced')
    if (make.length === 0) return
    const made = await Promise.all(make.map((signsFrom) => makeKey(ring, alg, signsFrom)))
    if (!(await store.insertAfter(count, made))) return
    const signer = findSigner()
    // A next key is missing because the last one has taken over.
    if (signer && isSuccessor(signer)) {
      record({ type: 'keys.rotated', outcome: 'success', detail: { kid: signer.kid, alg, cause } })
    }
    for (const { kid } of made) record({ type: 'keys.created', outcome: 'success', detail: { kid, alg } })
  }

  function isSuccessor(signer: LoadedKey): boolean {
    return published().some((key) => key.alg === alg && key.signsFrom < signer.signsFrom)
  }

  async function retireNow(kid: string, cause: string): Promise<boolean> {
    if (!(await store.retire(kid, now()))) return false
    record({ type: 'keys.retired', outcome: 'success', detail: { kid, cause } })
    return true
  }

  /** Lets the next key sign from now on. False when another process has changed it meanwhile. */
  async function startNext(): Promise<boolean> {
    const next = findNextKey(published(), alg, now())
    return next !== null && (await store.reschedule(next.kid, next.signsFrom, now()))
  }

  return {
    tend: () => tend(),

    async list() {
      const rows = await read()
      const signer = findSigner()
      return rows
        .toSorted((a, b) => a.signsFrom - b.signsFrom)
        .map((row) => {
          const { kid, alg: keyAlg, createdAt, signsFrom, retiredAt } = row
          const secretId = findEncryptingSecret(row)
          return { kid, alg: keyAlg, createdAt, signsFrom, retiredAt, signs: kid === signer?.kid, secretId }
        })
    },

    async rotate() {
      await tend()
      const previous = findSigner()
      if (!(await startNext())) throw new Problem('conflict', { detail: 'Another process is changing the keys.' })
      await tend('command')
      const signer = findSigner()
      if (!signer || !previous) throw new Problem('unavailable', { detail: 'There is no key to sign with.' })
      return { kid: signer.kid, previous: previous.kid }
    },

    async retire(kid) {
      const rows = await read()
      const row = rows.find((each) => each.kid === kid)
      if (!row) return 'unknown'
      if (row.retiredAt !== null) return 'already-retired'
      const isSigner = findSigner()?.kid === kid
      if (isSigner && !(await startNext())) return 'only-key'
      if (!(await retireNow(kid, 'command'))) return 'only-key'
      await tend('command')
      return 'retired'
    },

    async reencryptWith(to) {
      const rows = (await read()).filter((row) => row.retiredAt === null)
      let resealed = 0
      for (const row of rows) {
        const encrypted = await reencryptKey(row, ring, to)
        if (encrypted !== null && (await store.reencrypt(row.kid, row.privateJwk, encrypted))) resealed++
      }
      const secret = to.newest.id
      if (resealed > 0) record({ type: 'keys.rotated', outcome: 'success', detail: { secret, resealed } })
      const inUse = (await read()).flatMap((row) => findEncryptingSecret(row) ?? [])
      return [...new Set(inUse)]
    },
  }
}
