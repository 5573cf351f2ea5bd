import { eq } from 'drizzle-orm'
import { afterEach, describe, expect, test } from 'vitest'
import { signBoundTicket } from '../../../app/identity/device-binding/bound-ticket.ts'
import { deriveKeyRing } from '../../../app/kernel/index.server.ts'
import { users } from '../../../db/index.ts'
import { DeviceKey } from '../../support/device-key.ts'
import { ada, openTestIssuer, standingClock, type TestIssuer, testSettings, visitor } from '../../support/issuer.ts'

const second = 1_000
const minute = 60 * second
const life = testSettings.DEVICE_BINDING_TTL
const ring = deriveKeyRing(testSettings.secrets, 'device-binding')

let house: TestIssuer
let clock: ReturnType<typeof standingClock>
afterEach(() => {
  house.close()
  clock.restore()
})

/** An admin whose session is bound to a key, where admins need to show theirs. */
async function openBoundAdmin() {
  clock = standingClock()
  house = await openTestIssuer({ settings: { DEVICE_BINDING_FOR_ADMINS: 'required' } })
  const started = await house.issuer.register(ada, visitor, null)
  if (started.kind !== 'signed-in') throw new Error(started.kind)
  await house.database.update(users).set({ role: 'admin' }).where(eq(users.id, started.principal.userId))
  const { binding } = house.issuer.accountService
  const key = await DeviceKey.create()
  const challenge = binding.invite(started.session.id) ?? ''
  const issued = await binding.register(await key.introduce(challenge), started.ticket.refreshToken, visitor)
  if (issued.kind !== 'issued') throw new Error(issued.kind)
  return { started, issued, refreshToken: started.ticket.refreshToken }
}

type Bound = Awaited<ReturnType<typeof openBoundAdmin>>

/** What a browser may bring along, by when its ticket ends, seen from now. */
const proofs: Record<string, (bound: Bound, at: number) => string | null> = {
  none: () => null,
  'in time': ({ issued }, at) => encrypt(issued.bindingId, at, at + life),
  'in the last moment': ({ issued }, at) => encrypt(issued.bindingId, at - life, at + 1),
  'run out within the grace': ({ issued }, at) => encrypt(issued.bindingId, at - life - 10 * second, at - 10 * second),
  'run out just before the grace': ({ issued }, at) =>
    encrypt(issued.bindingId, at - life - 10 * second - 1, at - 10 * second - 1),
  'run out long ago': ({ issued }, at) => encrypt(issued.bindingId, at - 2 * life, at - life),
  'of another session': (_bound, at) => encrypt('A'.repeat(22), at, at + life),
  'of another session, run out': (_bound, at) => encrypt('A'.repeat(22), at - 2 * life, at - life),
  'of a time to come': ({ issued }, at) => encrypt(issued.bindingId, at + life, at + 2 * life + 2 * minute),
  'with a mac that is another’s': ({ issued }, at) =>
    `${encrypt(issued.bindingId, at, at + life).slice(0, -43)}${'A'.repeat(43)}`,
}

function encrypt(bindingId: string, issuedAt: number, expiresAt: number): string {
  return signBoundTicket(ring, bindingId, { issuedAt, expiresAt })
}

const inTime = ['in time', 'in the last moment', 'run out within the grace']
const cases = Object.keys(proofs).flatMap((proof) => [
  { proof, history: 'never seen before' },
  { proof, history: 'seen in time before' },
])

describe('where admins need the key of their device', () => {
  test.each(cases)('a proof $proof, $history', async ({ proof, history }) => {
    const bound = await openBoundAdmin()
    const show = (boundTicket: string | null) =>
      house.issuer.present(bound.refreshToken, { prefetch: true, visitor, boundTicket })
    if (history === 'seen in time before') await show(bound.issued.ticket)
    // Past what was under way when the session was bound.
    clock.step(2 * life)
    const answer = await show(proofs[proof]?.(bound, clock.now()) ?? null)
    if (inTime.includes(proof)) {
      expect(answer).toMatchObject({ principal: { roles: ['user', 'admin'] }, session: { isAdminWithheld: false } })
    } else if (history === 'never seen before') {
      expect(answer).toMatchObject({ principal: { roles: ['user'] }, session: { isAdminWithheld: true } })
    } else expect(answer).toEqual({ kind: 'unproved' })
  })

  test('a session that takes the place of one whose key was never seen has no rights of an admin yet', async () => {
    const bound = await openBoundAdmin()
    clock.step(2 * life)
    const ticket = bound.issued.ticket
    const shown = await house.issuer.present(bound.refreshToken, { prefetch: true, visitor, boundTicket: ticket })
    if (shown.kind !== 'signed-in') throw new Error(shown.kind)
    expect(shown.session.binding?.proof).toBeNull()
    const held = { refreshToken: bound.refreshToken, persistent: false, deviceMark: null }
    const renewed = await house.issuer.reauthenticate(shown.principal, ada.password, visitor, held)
    expect(renewed).toMatchObject({ principal: { roles: ['user'] }, session: { isAdminWithheld: true } })
  })
})
