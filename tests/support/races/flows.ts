import { eq } from 'drizzle-orm'
import type { Issuer } from '../../../app/identity/index.server.ts'
import { Problem } from '../../../app/kernel/index.ts'
import { providerIdentities, users } from '../../../db/index.ts'
import { visitor } from '../issuer.ts'
import { type Ending, endings } from './endings.ts'
import type { RaceHouse } from './race-house.ts'
import { appCode, OtherAnswer, type RacePerson, requireOwn, settle, visitProvider } from './race-person.ts'
import { type Start, starts } from './starts.ts'

/** Anything that people do in several steps, each of which may find their account gone. */
export type Flow = {
  what: string
  begin(house: RaceHouse): Promise<{ person: RacePerson; request: () => Promise<unknown> }>
}

function ofStart(start: Start): Flow {
  return {
    what: start.what,
    async begin(house) {
      const person = await start.settle(house)
      return { person, request: await start.prepare(house, person, house[start.at]) }
    },
  }
}

/** What ends sessions, asked for at the watched node. */
function ofEnding(ending: Ending): Flow {
  return {
    what: ending.what,
    async begin(house) {
      const person = await settle(house, ending.needs === 'factors')
      const { principal } = requireOwn(person)
      return { person, request: await ending.prepare(house, person, principal, house.here) }
    },
  }
}

const noLink = { refreshToken: null, deviceMark: null, persistent: false }
const own = (what: string, ask: (issuer: Issuer, person: RacePerson, house: RaceHouse) => Promise<unknown>): Flow => ({
  what,
  async begin(house) {
    const person = await settle(house, true)
    return { person, request: () => ask(house.here, person, house) }
  },
})
const actorOf = (person: RacePerson) => requireOwn(person).principal

/** What people do with their own account besides. */
const errands: Flow[] = [
  own('a new app', async (issuer, person) => {
    const { factors } = issuer.accountService
    await factors.removeTotp(actorOf(person), visitor)
    const { encrypted, key } = await factors.startTotp(actorOf(person))
    return factors.confirmTotp(actorOf(person), { encrypted, code: appCode(key) }, visitor)
  }),
  own('new recovery codes', (issuer, person) =>
    issuer.accountService.factors.renewRecoveryCodes(actorOf(person), visitor),
  ),
  own('trusted browsers that are forgotten', (issuer, person) =>
    issuer.accountService.factors.forgetTrustedBrowsers(actorOf(person), visitor),
  ),
  own('another name for a passkey', async (issuer, person) => {
    const [passkey] = (await issuer.accountService.factors.overview(person.userId)).passkeys
    return issuer.accountService.factors.renamePasskey(person.userId, passkey?.id ?? '', 'Tablet')
  }),
  own('a passkey for a reset', async (issuer, person, house) => {
    await issuer.recovery.requestReset(person.email, visitor)
    return issuer.recovery.requestResetPasskey(house.codeFor('reset-password', person.email), visitor)
  }),
  own('an address that is confirmed', async (issuer, person, house) => {
    await issuer.recovery.requestConfirmation(person.email, visitor)
    const input = { code: house.codeFor('confirm-address', person.email), password: person.password }
    return issuer.recovery.confirmAddress(input, actorOf(person), visitor, noLink)
  }),
  own('another address that is asked for', (issuer, person) => {
    const input = { email: `new.${person.email}`, current: person.password }
    return issuer.recovery.requestAddressChange(input, actorOf(person), visitor, noLink)
  }),
  own('a list of devices', (issuer, person) =>
    issuer.accountService.devices.list(person.userId, actorOf(person).sessionId, 1),
  ),
  own('a ticket that is shown', (issuer, person) =>
    issuer.present(requireOwn(person).ticket.refreshToken, { prefetch: false, visitor }),
  ),
  {
    what: 'a link to a provider',
    async begin(house) {
      const person = await settle(house, false)
      const { userId, sessionId } = actorOf(person)
      await house.store.database.delete(providerIdentities).where(eq(providerIdentities.userId, userId))
      await house.store.database.update(users).set({ emailVerifiedAt: 1 }).where(eq(users.id, userId))
      return { person, request: await visitProvider(house.here, person, { userId, sessionId }) }
    },
  },
]

export const flows: readonly Flow[] = [...starts.map(ofStart), ...endings.filter(isAtNode).map(ofEnding), ...errands]

/** What admins ask goes to the API, which has no watched node. */
function isAtNode({ what }: Ending): boolean {
  return !what.startsWith('an admin')
}

/**
 * Carries a flow out while its account is deleted before the step of that number, where steps are the statements and
 * transactions of the request. How it was answered; null when it had fewer steps.
 */
export async function deleteWithin(house: RaceHouse, flow: Flow, step: number): Promise<Answered | null> {
  const { person, request } = await flow.begin(house)
  let seen = 0
  house.store.watch((_text, isInTransaction) => {
    if (isInTransaction || seen++ !== step) return
    return house.store.deleteAccount(person)
  })
  try {
    await request()
    return seen > step ? { isHonest: true, how: 'a result' } : null
  } catch (error) {
    if (error instanceof OtherAnswer) return { isHonest: true, how: error.message }
    const isHonest = error instanceof Problem && error.status < 500
    return { isHonest, how: String(error) }
  } finally {
    house.store.watch(null)
  }
}

type Answered = { isHonest: boolean; how: string }
