import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JSONWebKeySet, type JWK } from 'jose'
import type { KeyRing, Settings } from '../kernel/index.server.ts'
import { ms, now, Problem, type RecordEvent } from '../kernel/index.ts'
import { openPrivateJwk, sealPrivateJwk } from './key-sealing.ts'
import type { SigningKeyRow, SigningKeyStore } from './signing-key-store.ts'

export type SigningAlgorithm = Settings['ACCESS_TOKEN_ALG']
type Key = Exclude<Awaited<ReturnType<typeof importJWK>>, Uint8Array>

export type SigningKeys = {
  /** The key that signs now. */
  getSigningKey(): { kid: string; alg: SigningAlgorithm; key: Key }
  /** The public key behind a `kid`, or null when it is not (or no longer) published. */
  findVerificationKey(kid: string): Promise<{ alg: SigningAlgorithm; key: Key } | null>
  /** What `/.well-known/jwks.json` answers (RFC 7517, 5). */
  keySet(): Promise<JSONWebKeySet>
}

type LoadedKey = SigningKeyRow & { jwk: JWK; publicKey: Key; privateKey: Key | null }
type Deps = { store: SigningKeyStore; ring: KeyRing; alg: SigningAlgorithm; record: RecordEvent }

/** How long a key signs before the next one takes over. */
const signsFor = ms('90d')
/** An unknown `kid` may cost a query this often; a key made by another process is known after as long. */
const rereadAfter = ms('10s')

/** Loads the signing keys and, on the first start, makes the current and the next one. */
export async function openSigningKeys({ store, ring, alg, record }: Deps): Promise<SigningKeys> {
  let loaded = new Map<string, LoadedKey>()
  let readAt = 0

  async function read(): Promise<number> {
    readAt = now()
    const rows = await store.list()
    const published = rows.filter((row) => row.retiredAt === null)
    const keys = await Promise.all(published.map((row) => loaded.get(row.kid) ?? load(row, ring, alg)))
    loaded = new Map(keys.map((key) => [key.kid, key]))
    return rows.length
  }

  async function rereadWhenStale(): Promise<void> {
    if (Math.abs(now() - readAt) >= rereadAfter) await read()
  }

  const findSigner = () => findSigningKey([...loaded.values()], alg, now())

  // Two processes may get here at once on a first start; the second look finds what the faster one wrote.
  for (let round = 0, count = await read(); !findSigner() && round < 3; round++) {
    const made = await makeKeys(ring, alg)
    await store.insertAfter(count, made)
    count = await read()
    for (const { kid } of made.filter((row) => loaded.has(row.kid))) {
      record({ type: 'keys.created', outcome: 'success', detail: { kid, alg } })
    }
  }

  return {
    getSigningKey() {
      const signer = findSigner()
      if (!signer?.privateKey) throw new Problem('unavailable', { detail: 'There is no key to sign with.' })
      return { kid: signer.kid, alg: signer.alg, key: signer.privateKey }
    },
    async findVerificationKey(kid) {
      if (!loaded.has(kid)) await rereadWhenStale()
      const found = loaded.get(kid)
      return found ? { alg: found.alg, key: found.publicKey } : null
    },
    async keySet() {
      await rereadWhenStale()
      return { keys: [...loaded.values()].map((key) => key.jwk) }
    },
  }
}

/**
 * The newest key of the algorithm whose time has come and which this process can open. When the clock has stepped back
 * before all of them it is the oldest.
 */
export function findSigningKey<T extends Pick<LoadedKey, 'alg' | 'signsFrom' | 'privateKey' | 'retiredAt'>>(
  keys: readonly T[],
  alg: SigningAlgorithm,
  nowMs: number,
): T | null {
  const usable = keys
    .filter((key) => key.alg === alg && key.privateKey !== null && key.retiredAt === null)
    .toSorted((a, b) => b.signsFrom - a.signsFrom)
  return usable.find((key) => key.signsFrom <= nowMs) ?? usable.at(-1) ?? null
}

/** The current key and the next, which is published now and signs in 90 days. */
async function makeKeys(ring: KeyRing, alg: SigningAlgorithm): Promise<SigningKeyRow[]> {
  const at = now()
  return await Promise.all([makeKey(ring, alg, at, at), makeKey(ring, alg, at, at + signsFor)])
}

async function makeKey(
  ring: KeyRing,
  alg: SigningAlgorithm,
  createdAt: number,
  signsFrom: number,
): Promise<SigningKeyRow> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(jwk)
  return {
    ...{ kid, alg, createdAt, signsFrom, retiredAt: null },
    publicJwk: JSON.stringify({ ...jwk, kid, alg, use: 'sig' }),
    privateJwk: await sealPrivateJwk(ring, await exportJWK(privateKey)),
  }
}

async function load(row: SigningKeyRow, ring: KeyRing, alg: SigningAlgorithm): Promise<LoadedKey> {
  const jwk = JSON.parse(row.publicJwk) as JWK
  const privateJwk = row.alg === alg ? await openPrivateJwk(ring, row.privateJwk, row.kid) : null
  return {
    ...row,
    jwk,
    publicKey: await importKey(jwk, row.alg),
    privateKey: privateJwk && (await importKey(privateJwk, row.alg)),
  }
}

async function importKey(jwk: JWK, alg: SigningAlgorithm): Promise<Key> {
  return (await importJWK(jwk, alg)) as Key
}
