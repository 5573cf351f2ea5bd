import type { Principal, SignedIn } from '../../../../app/identity/index.server.ts'
import { users } from '../../../../db/index.ts'
import { ada, openTestIssuer, standingClock, type TestIssuer, visitor } from '../../../support/issuer.ts'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour
export const phrase = 'seven lanterns on the quay'
export const held = { refreshToken: null, deviceMark: null, persistent: false }

export type House = TestIssuer & { clock: ReturnType<typeof standingClock>; end: () => void }

export async function openHouse(settings: Parameters<typeof openTestIssuer>[0] = {}): Promise<House> {
  const clock = standingClock()
  const house = await openTestIssuer(settings)
  return {
    ...house,
    clock,
    end: () => {
      house.close()
      clock.restore()
    },
  }
}

/** Signs somebody up and confirms their address. */
export async function settle(house: House, person = ada): Promise<SignedIn> {
  const result = await house.issuer.register(person, visitor, null)
  if (result.kind !== 'signed-in') throw new Error(`registering ended as ${result.kind}`)
  await house.issuer.recovery.requestConfirmation(person.email, visitor)
  const input = { code: lastCode(house, 'confirm-address'), password: '' }
  const confirmed = await house.issuer.recovery.confirmAddress(input, result.principal, visitor, held)
  if (confirmed.kind !== 'confirmed') throw new Error(`confirming ended as ${confirmed.kind}`)
  return result
}

/** The code of the newest mail of this kind that goes to somebody. */
export function lastCode(house: TestIssuer, kind: string, to?: string): string {
  const mail = house.mails.findLast(
    (each) => each.kind === kind && !each.isDecoy && (to === undefined || each.to === to),
  )
  if (mail && 'code' in mail) return mail.code
  if (mail && 'undoCode' in mail && mail.undoCode !== null) return mail.undoCode
  throw new Error(`no ${kind} among ${JSON.stringify(house.mails)}`)
}

export const accountOf = (house: TestIssuer) => {
  const [account] = house.database.select().from(users).all()
  if (!account) throw new Error('there is no account')
  return account
}

export async function signInWith(house: TestIssuer, password: string, email = ada.email) {
  return house.issuer.signIn({ email, password, remember: false }, visitor, null)
}

export async function isAlive(house: TestIssuer, signedIn: { ticket: SignedIn['ticket'] }): Promise<boolean> {
  const shown = await house.issuer.present(signedIn.ticket.refreshToken, { prefetch: false, visitor })
  return shown.kind === 'signed-in'
}

export function anybody(userId: string): Principal {
  const principal = { userId, email: 'eve@example.com', name: 'Eve', roles: ['user'], sessionId: 'x', amr: ['pwd'] }
  return { ...principal, roles: ['user'], authenticatedAt: 0 }
}
