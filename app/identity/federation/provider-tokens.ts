import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { decryptText, encryptText, type KeyRing, log } from '../../kernel/index.server.ts'
import { ms, now, Problem } from '../../kernel/index.ts'
import type { EncryptedTokens, FederationStore, ProviderSessionRow } from './federation-store.ts'
import type { GrantedTokens, ProvedIdentity, Provider } from './provider.ts'

/** A token this close to its end is replaced first. */
const leeway = ms('10s')
/** How long a lease lasts unless its holder says that the work still goes on. */
const leaseMs = ms('15s')
const renewLeaseEveryMs = ms('5s')
/** How long others wait for the one who refreshes. */
const patienceMs = ms('12s')
const lookEveryMs = 100

export type TokenResult = { kind: 'token'; accessToken: string } | { kind: 'none' } | { kind: 'ended' }

type FindProvider = (id: string) => Provider | null

export type ProviderTokens = {
  /** Keeps what a provider granted, for a session to come; its id. Null when the person signed out there since then. */
  keep(provider: string, identity: ProvedIdentity, since: number): Promise<string | null>
  openIdToken(row: ProviderSessionRow): string | null
  get(sessionId: string, find: FindProvider): Promise<TokenResult>
}

/** A provider's tokens: encrypted in the store, bound to their row, refreshed by one process at a time. */
export function createProviderTokens(store: FederationStore, ring: KeyRing): ProviderTokens {
  const running = new Map<string, Promise<TokenResult>>()
  const encrypt = (id: string, text: string | null) =>
    text === null ? null : encryptText(ring, text, providerSessionContext(id))
  const open = (id: string, box: string | null) =>
    box === null ? null : decryptText(ring, box, providerSessionContext(id))
  const encrypted = (id: string, tokens: GrantedTokens): EncryptedTokens => ({
    refreshToken: encrypt(id, tokens.refreshToken),
    accessToken: encrypt(id, tokens.accessToken),
    accessExpiresAt: tokens.accessExpiresAt,
  })

  function findUsable(row: ProviderSessionRow): string | null {
    const { accessExpiresAt } = row
    if (accessExpiresAt !== null && accessExpiresAt - leeway <= now()) return null
    return open(row.id, row.accessToken)
  }

  async function refresh(row: ProviderSessionRow, provider: Provider, by: string): Promise<TokenResult | null> {
    const refreshToken = open(row.id, row.refreshToken)
    if (refreshToken === null) {
      await store.dropRefresh(row.id, by)
      return { kind: 'none' }
    }
    const lost = new AbortController()
    const holding = setInterval(() => void hold(row.id, by, lost), renewLeaseEveryMs)
    try {
      const answer = await provider.refresh(refreshToken, lost.signal)
      if (answer.kind === 'refreshed') {
        if (!(await store.finishRefresh(row.id, by, encrypted(row.id, answer.tokens)))) return null
        return { kind: 'token', accessToken: answer.tokens.accessToken }
      }
      await store.dropRefresh(row.id, by)
      if (answer.kind === 'ended') return { kind: 'ended' }
      throw new Problem('bad_gateway', { detail: `${provider.facts.name} cannot be reached at the moment.` })
    } finally {
      clearInterval(holding)
    }
  }

  /** A lease that could not be held may be somebody else's by now: what is under way must not be used. */
  async function hold(id: string, by: string, lost: AbortController): Promise<void> {
    try {
      if (await store.holdRefresh(id, by, now() + leaseMs)) return
    } catch (error) {
      log.warn({ err: error }, 'a lease could not be held')
    }
    lost.abort(new Error('the lease was lost'))
  }

  /** Null when somebody else refreshes: look again in a moment. */
  async function tryOnce(sessionId: string, by: string, find: FindProvider): Promise<TokenResult | null> {
    const row = await store.findSession(sessionId)
    const provider = row && find(row.provider)
    if (!row || !provider) return { kind: 'none' }
    const accessToken = findUsable(row)
    if (accessToken !== null) return { kind: 'token', accessToken }
    if (row.refreshToken === null) return { kind: 'none' }
    const isMine = await store.beginRefresh(row, by, now() + leaseMs, now())
    return isMine ? refresh(row, provider, by) : null
  }

  async function getAlone(sessionId: string, find: FindProvider): Promise<TokenResult> {
    const by = randomBytes(9).toString('base64url')
    const giveUpAt = performance.now() + patienceMs
    while (performance.now() < giveUpAt) {
      const result = await tryOnce(sessionId, by, find)
      if (result) return result
      await wait(lookEveryMs)
    }
    throw new Problem('gateway_timeout', { detail: 'The sign-in service took too long to answer.' })
  }

  return {
    async keep(provider, identity, since) {
      const id = randomBytes(16).toString('base64url')
      const { issuer, subject, providerSid, idToken, tokens } = identity
      const row = {
        ...{ id, sessionId: null, provider, issuer, subject, providerSid, createdAt: now(), version: 0 },
        ...{
          refreshedBy: null,
          refreshingUntil: null,
          idToken: encryptText(ring, idToken, providerSessionContext(id)),
        },
        ...encrypted(id, tokens),
      }
      return (await store.keepSession(row, since)) ? id : null
    },
    openIdToken: (row) => open(row.id, row.idToken),
    get(sessionId, find) {
      const inFlight = running.get(sessionId)
      if (inFlight) return inFlight
      const work = getAlone(sessionId, find).finally(() => running.delete(sessionId))
      running.set(sessionId, work)
      return work
    },
  }
}

/** What binds an encrypted token to its row. */
export function providerSessionContext(id: string): string {
  return `provider session|${id}`
}
