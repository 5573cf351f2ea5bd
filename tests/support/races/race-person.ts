import { randomBytes } from 'node:crypto'
import { and, eq, isNull } from 'drizzle-orm'
import { Secret, TOTP } from 'otpauth'
import type {
  FactorActor,
  Issuer,
  LinkingPerson,
  Principal,
  StartedSession,
} from '../../../app/identity/index.server.ts'
import { now } from '../../../app/kernel/index.ts'
import { numberOf, providerIdentities, sessions, users } from '../../../db/index.ts'
import { AtProvider } from '../at-provider.ts'
import { testSettings, visitor } from '../issuer.ts'
import { SoftAuthenticator } from '../soft-authenticator.ts'
import type { RaceHouse } from './race-house.ts'

/** Somebody with all that they sign in with. */
export type RacePerson = {
  name: string
  email: string
  password: string
  /** Empty until the account is there. */
  userId: string
  /** What the app at the provider knows them by. */
  login: string
  factors: { key: string; recoveryCodes: string[]; phone: SoftAuthenticator } | null
  /** The session of the browser that they are about to start one in, and whether it began at the provider. */
  own: (StartedSession & { isProviders: boolean }) | null
}

/** A flow was answered, and otherwise than what comes after it needs. */
export class OtherAnswer extends Error {}

export const nothingHeld = { refreshToken: null, deviceMark: null }
export const stepMs = 30_000

export function newRacePerson(house: RaceHouse): RacePerson {
  const login = `ada-${randomBytes(6).toString('hex')}`
  const email = `${login}@example.com`
  house.provider.accounts.set(login, { email, email_verified: true, name: 'Ada' })
  return { name: 'Ada', email, password: 'a quite ordinary sentence', userId: '', login, factors: null, own: null }
}

/** Somebody with an account, a link to the provider and, when asked for, an app, a passkey and recovery codes. */
export async function settle(house: RaceHouse, hasFactors: boolean): Promise<RacePerson> {
  const person = newRacePerson(house)
  const result = requireStarted(await house.there.register(person, visitor, null))
  const settled = { ...person, userId: result.principal.userId, own: { ...result, isProviders: false } }
  await link(house, settled)
  return hasFactors ? { ...settled, factors: await addFactors(house, result.principal) } : settled
}

/** Links the account to the one at the provider, as if it had been done long ago. */
export async function link(house: RaceHouse, { userId, login, email }: RacePerson): Promise<void> {
  const names = { provider: 'acme', issuer: house.provider.issuer, subject: login }
  const row = { id: `link-${login}`, userId, ...names, email, createdAt: now(), lastUsedAt: null }
  await house.store.database.insert(providerIdentities).values(row).onConflictDoNothing()
}

async function addFactors(house: RaceHouse, actor: FactorActor) {
  const { factors } = house.there.accountService
  const { encrypted, key } = await factors.startTotp(actor)
  const added = await factors.confirmTotp(actor, { encrypted, code: appCode(key) }, visitor)
  if (added.kind !== 'added') throw new OtherAnswer(added.kind)
  const phone = await addPasskey(house.there, actor)
  // The code that confirmed the app is used up.
  house.clock.step(stepMs)
  return { key, recoveryCodes: [...(added.recoveryCodes ?? [])], phone }
}

export async function addPasskey(issuer: Issuer, actor: FactorActor): Promise<SoftAuthenticator> {
  const { factors } = issuer.accountService
  const phone = new SoftAuthenticator(testSettings.APP_ORIGIN)
  const response = phone.register(await factors.startPasskey({ ...actor, name: 'Ada' }))
  const added = await factors.addPasskey(actor, { response, name: 'Phone' }, visitor)
  if (added.kind !== 'added') throw new OtherAnswer(added.kind)
  return phone
}

/** What an app with this key shows now. */
export function appCode(key: string): string {
  return new TOTP({ secret: Secret.fromBase32(key.replaceAll(' ', '')) }).generate({ timestamp: now() })
}

export function requireFactors({ factors }: RacePerson) {
  if (!factors) throw new Error('this person has no second factor')
  return factors
}

export function requireOwn({ own }: RacePerson) {
  if (!own) throw new Error('this person has no session')
  return own
}

export function requireStarted<Result extends { kind: string }>(result: Result): Extract<Result, StartedSession> {
  if (result.kind !== 'signed-in') throw new OtherAnswer(result.kind)
  return result as Extract<Result, StartedSession>
}

/** Another session of the same person, in another browser: the one that ends things. */
export async function signInElsewhere(house: RaceHouse, person: RacePerson): Promise<Principal> {
  const { email, password, factors } = person
  const input = { email, password, remember: false }
  if (!factors) return requireStarted(await house.there.signIn(input, visitor, null)).principal
  const service = house.there.accountService.factors
  const binding = randomBytes(6).toString('hex')
  const response = factors.phone.prove(await service.requestSignInPasskey(binding))
  const shown = { response, binding, remember: false }
  return requireStarted(await service.signInWithPasskey(shown, visitor, nothingHeld)).principal
}

/** Goes to the provider and comes back with its answer, which is yet to be taken. */
export async function visitProvider(issuer: Issuer, { login }: RacePerson, link: LinkingPerson | null = null) {
  const { federation } = issuer.accountService
  const begun = await federation.begin({ providerId: 'acme', redirectTo: '/', remember: false, link })
  if (begun.kind !== 'begun') throw new OtherAnswer(begun.kind)
  const returned = await new AtProvider(login).answer(begun.url)
  const held = { ...nothingHeld, trustMark: null, sessionId: link?.sessionId ?? null }
  return () => federation.complete({ providerId: 'acme', encrypted: begun.encrypted, returned }, visitor, held)
}

/** The ids of the sessions that live, by the account's id as it was. */
export async function listLiving({ store }: RaceHouse, { userId }: RacePerson): Promise<string[]> {
  const living = and(eq(sessions.userNumber, numberOf(userId)), isNull(sessions.revokedAt))
  const rows = await store.database.select({ id: sessions.id }).from(sessions).where(living)
  return rows.map(({ id }) => id).toSorted()
}

export async function findAccount({ store }: RaceHouse, by: { email: string }) {
  return (await store.database.select().from(users).where(eq(users.email, by.email)))[0] ?? null
}
