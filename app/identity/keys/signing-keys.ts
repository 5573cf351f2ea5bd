import type { JSONWebKeySet } from 'jose'
import { type KeyRing, log } from '../../kernel/index.server.ts'
import { ms, now, Problem, type RecordEvent } from '../../kernel/index.ts'
import { type Key, type LoadedKey, loadKey } from './signing-key-material.ts'
import { findSigningKey, type KeyPlanSettings } from './signing-key-plan.ts'
import { createKeySteward, type KeySteward } from './signing-key-rotation.ts'
import type { SigningAlgorithm, SigningKeyRow, SigningKeyStore } from './signing-key-store.ts'

export type { SigningAlgorithm } from './signing-key-store.ts'

export type SigningKeys = KeySteward & {
  /** The key that signs now. */
  getSigningKey(): Promise<{ kid: string; alg: SigningAlgorithm; key: Key }>
  /** The public key behind a `kid`, or null when it is not (or no longer) published. */
  findVerificationKey(kid: string): Promise<{ alg: SigningAlgorithm; key: Key } | null>
  /** What `/.well-known/jwks.json` answers (RFC 7517, 5). */
  keySet(): Promise<JSONWebKeySet>
}

type Deps = { store: SigningKeyStore; ring: KeyRing; settings: KeyPlanSettings; record: RecordEvent }

/** How long what was read counts as fresh. Another process's rotation, and a retirement, are known after as long. */
const rereadAfter = ms('10s')

/** Loads the signing keys and, on the first start, makes the current and the next one. */
export async function openSigningKeys(deps: Deps): Promise<SigningKeys> {
  const { store, ring, settings } = deps
  let loaded = new Map<string, LoadedKey>()
  let readAt = 0
  let fault: Problem | null = null

  async function read(): Promise<SigningKeyRow[]> {
    readAt = now()
    const rows = await store.list()
    const published = rows.filter((row) => row.retiredAt === null)
    const keys = await Promise.all(published.map(reload))
    loaded = new Map(keys.map((key) => [key.kid, key]))
    return rows
  }

  /** A key pair that is known is not imported anew; where it was encrypted anew or could not be opened, it may open now. */
  async function reload(row: SigningKeyRow): Promise<LoadedKey> {
    const known = loaded.get(row.kid)
    return known?.privateKey ? { ...known, ...row } : await loadKey(row, ring, settings.alg)
  }

  const steward = createKeySteward({ ...deps, read, published: () => [...loaded.values()] })

  /** Null, or why what is known may be old. A store that cannot answer does not stop the keys that are already here. */
  async function refresh(): Promise<Problem | null> {
    if (Math.abs(now() - readAt) < rereadAfter) return fault
    try {
      await steward.tend()
      fault = null
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      log.warn({ code: error.code }, 'the signing keys could not be read again')
      fault = error
    }
    return fault
  }

  await steward.tend()
  await steward.reencryptWith(ring)

  return {
    async getSigningKey() {
      await refresh()
      const signer = findSigningKey([...loaded.values()], settings.alg, now())
      if (!signer?.privateKey) throw new Problem('unavailable', { detail: 'There is no key to sign with.' })
      return { kid: signer.kid, alg: signer.alg, key: signer.privateKey }
    },
    async findVerificationKey(kid) {
      const fault = await refresh()
      const found = loaded.get(kid)
      // Not knowing is no verdict about the access token.
      if (!found && fault) throw fault
      return found ? { alg: found.alg, key: found.publicKey } : null
    },
    async keySet() {
      await refresh()
      return { keys: [...loaded.values()].map((key) => key.jwk) }
    },
    ...steward,
  }
}
