import { eq } from 'drizzle-orm'
import type { Issuer, Principal } from '../../../app/identity/index.server.ts'
import { users } from '../../../db/index.ts'
import { visitor } from '../issuer.ts'
import type { Fact } from './facts.ts'
import type { RaceHouse } from './race-house.ts'
import {
  addPasskey,
  findAccount,
  link,
  nothingHeld,
  OtherAnswer,
  type RacePerson,
  requireFactors,
  requireOwn,
} from './race-person.ts'

/** Carries an ending out; the ids of sessions that it leaves in place of its own. */
export type End = () => Promise<string[]>

/** A way in which sessions end. */
export type Ending = {
  what: string
  takes: readonly Fact[]
  /** Which sessions end: all, all but the one that asks, the one of the browser at hand, or that when a provider began it. */
  ends: 'all' | 'others' | 'own' | 'provider'
  /** Which session asks: one in another browser, or nobody's. */
  asks: 'elsewhere' | 'nobody'
  needs?: 'factors' | 'own'
  /** Goes as far as comes before the request that ends. */
  prepare(house: RaceHouse, person: RacePerson, by: Principal, issuer: Issuer): Promise<End>
}

/** Nothing takes the place of what ended. */
const done = async (
  work: Promise<{ kind: string } | boolean | number | string | undefined>,
  ...expected: unknown[]
) => {
  const result = await work
  const kind = typeof result === 'object' ? result.kind : result
  if (!expected.includes(kind)) throw new OtherAnswer(`the ending was answered with ${kind}`)
  return []
}

const held = { ...nothingHeld, persistent: false }
const byAdmin = { ends: 'all' as const, asks: 'nobody' as const }
const byPerson = { ends: 'others' as const, asks: 'elsewhere' as const }

/** Another address for the account, confirmed by `by`; the old address gets a code that undoes it. */
async function requestAddress(house: RaceHouse, person: RacePerson, by: Principal, issuer: Issuer) {
  const email = `other.${person.email}`
  const at = Date.now()
  await house.store.database.update(users).set({ emailVerifiedAt: at }).where(eq(users.id, person.userId))
  const asked = await issuer.recovery.requestAddressChange({ email, current: person.password }, by, visitor, held)
  if (asked.kind !== 'mail-sent') throw new OtherAnswer(asked.kind)
  return { email, code: house.codeFor('confirm-new-address', email) }
}

const ofSecrets: Ending[] = [
  {
    ...{ what: 'a reset of the password', takes: ['password', 'session', 'provider session'], ends: 'all' },
    asks: 'nobody',
    async prepare(house, person, _by, issuer) {
      await issuer.recovery.requestReset(person.email, visitor)
      const code = house.codeFor('reset-password', person.email)
      const factor = person.factors?.recoveryCodes.at(-1) ?? ''
      const input = { code, password: 'ninety grey geese in a row', factor }
      return () => done(issuer.recovery.resetPassword(input, visitor, nothingHeld), 'reset')
    },
  },
  {
    what: 'another address that is undone',
    takes: ['password', 'factors', 'passkey', 'grant', 'session', 'provider session'],
    ...{ ends: 'all', asks: 'elsewhere' },
    async prepare(house, person, by, issuer) {
      const old = person.email
      return async () => {
        const { email, code } = await requestAddress(house, person, by, issuer)
        await done(issuer.recovery.confirmAddressChange(code, by, visitor), 'changed')
        person.email = email
        return done(issuer.recovery.undoAddressChange(house.codeFor('address-changed', old), visitor), 'restored')
      }
    },
  },
  {
    ...{ what: 'another address', takes: ['session', 'provider session'], ...byPerson },
    async prepare(house, person, by, issuer) {
      const { code } = await requestAddress(house, person, by, issuer)
      return () => done(issuer.recovery.confirmAddressChange(code, by, visitor), 'changed')
    },
  },
  {
    ...{
      what: 'a new password elsewhere',
      takes: ['password', 'session', 'provider session'],
      ...byPerson,
      ends: 'all',
    },
    prepare: async (_house, person, by, issuer) => async () => {
      const input = { current: person.password, password: 'ninety grey geese in a row' }
      const changed = await issuer.recovery.changePassword(input, by, visitor, held)
      if (changed.kind !== 'signed-in') throw new OtherAnswer(changed.kind)
      return [changed.session.id]
    },
  },
]

const ofAdmins: Ending[] = [
  {
    ...{ what: 'an admin who ends all sessions', takes: ['session', 'provider session'], ...byAdmin },
    prepare: async (house, person) => () => done(house.ask('DELETE', `/admin/users/${person.userId}/sessions`), 204),
  },
  {
    ...{ what: 'an admin who wants a new password', takes: ['password', 'session', 'provider session'], ...byAdmin },
    prepare: async (house, person) => () =>
      done(house.ask('PATCH', `/admin/users/${person.userId}`, { passwordResetRequired: true }), 200),
  },
  {
    ...{ what: 'an admin who disables the account', takes: ['account', 'session', 'provider session'], ...byAdmin },
    prepare: async (house, person) => () =>
      done(house.ask('PATCH', `/admin/users/${person.userId}`, { disabled: true }), 200),
  },
  {
    ...{ what: 'an admin who deletes the account', takes: ['account', 'session', 'provider session'], ...byAdmin },
    prepare: async (house, person) => () => done(house.ask('DELETE', `/admin/users/${person.userId}`), 204),
  },
]

const ofPeople: Ending[] = [
  {
    ...{ what: 'its owner who deletes the account', takes: ['account', 'session', 'provider session'] },
    ...{ ends: 'all', asks: 'elsewhere' },
    prepare: async (_house, person, _by, issuer) => () =>
      done(issuer.accountService.own.delete(person.userId, visitor), 'deleted'),
  },
  {
    ...{ what: 'a sign-out everywhere else', takes: ['session', 'provider session'], ...byPerson },
    prepare: async (_house, person, by, issuer) => async () => {
      await issuer.accountService.devices.endOthers(person.userId, by.sessionId, visitor)
      return []
    },
  },
  {
    ...{ what: 'a sign-out', takes: ['session', 'provider session'], ends: 'own', asks: 'nobody', needs: 'own' },
    prepare: async (_house, person, _by, issuer) => async () => {
      await issuer.signOut(requireOwn(person).ticket.refreshToken, visitor)
      return []
    },
  },
  {
    ...{ what: 'a factor that is added', takes: ['factors', 'session', 'provider session'], ...byPerson },
    prepare: async (_house, _person, by, issuer) => async () => {
      await addPasskey(issuer, by)
      return []
    },
  },
  {
    ...{ what: 'an app that is removed', takes: ['factors', 'session'], ...byPerson, needs: 'factors' },
    prepare: async (_house, _person, by, issuer) => () =>
      done(issuer.accountService.factors.removeTotp(by, visitor), true),
  },
  {
    ...{ what: 'a passkey that is removed', takes: ['factors', 'passkey', 'session'], ...byPerson, needs: 'factors' },
    async prepare(_house, person, by, issuer) {
      requireFactors(person)
      const { factors } = issuer.accountService
      const [passkey] = (await factors.overview(person.userId)).passkeys
      return () => done(factors.removePasskey(by, passkey?.id ?? '', visitor), true)
    },
  },
]

const ofProviders: Ending[] = [
  {
    what: 'a logout at the provider',
    ...{ takes: ['grant', 'provider session'], ends: 'provider', asks: 'nobody' },
    async prepare(house, { login }, _by, issuer) {
      const token = await house.provider.signLogoutToken({ sub: login })
      return () => done(issuer.accountService.federation.endByLogoutToken('acme', token, visitor), true)
    },
  },
  {
    what: 'a provider that takes its grant back',
    ...{ takes: ['provider session'], ends: 'provider', asks: 'nobody', needs: 'own' },
    prepare: async (house, person, _by, issuer) => async () => {
      const { session, isProviders } = requireOwn(person)
      house.provider.fault = ({ url = '' }, response) => {
        if (!url.startsWith('/token')) return false
        response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}')
        return true
      }
      try {
        const asked = issuer.accountService.federation.getAccessToken(session.id, visitor)
        return await done(asked, isProviders ? 'ended' : 'none')
      } finally {
        house.provider.fault = null
      }
    },
  },
  {
    ...{
      what: 'a link to the provider that is taken away',
      takes: ['grant', 'session', 'provider session'],
      ...byPerson,
    },
    async prepare(house, person, by, issuer) {
      await link(house, person)
      const { federation } = issuer.accountService
      return () => done(federation.unlink(by, `link-${person.login}`, visitor), 'unlinked')
    },
  },
]

/** Every way in which sessions end. */
export const endings: readonly Ending[] = [...ofSecrets, ...ofAdmins, ...ofPeople, ...ofProviders]

/** For an ending that falls into the making of an account: the id is there by now. */
export async function learnId(house: RaceHouse, person: RacePerson): Promise<void> {
  person.userId = (await findAccount(house, person))?.id ?? ''
}
