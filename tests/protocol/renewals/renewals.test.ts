import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SessionRow } from '../../../app/identity/sessions/session-row.ts'
import { findSuccessor } from '../../../app/identity/sessions/succession.ts'
import { exploreRenewals } from './explore-renewals.ts'
import { present, smallRenewals } from './renewal-model.ts'
import { renewalMutants } from './renewal-mutants.ts'
import { findSuccessorModel, type Session, shippedRenewals } from './renewal-protocol.ts'

// `npm run protocol:explore` goes through the full bounds; here are bounds that take seconds.

test.each(smallRenewals)(
  'no tab, sign-out or thief breaks what renewals promise: $name',
  (bounds) => {
    const { counterExample, states } = exploreRenewals(shippedRenewals, bounds)
    expect(counterExample?.timeline.join('\n')).toBeUndefined()
    expect(states).toBeGreaterThan(400)
  },
  60_000,
)

test.each(renewalMutants)(
  'a planted fault is found: $name',
  ({ protocol, expected }) => {
    const found = smallRenewals.map((bounds) => exploreRenewals(protocol, bounds).counterExample)
    const meant = found.find((each) => each !== null && expected.test(each.broken))
    expect(meant?.timeline[0], found.map((each) => each?.broken).join('; ')).toBe('the owner is signed in')
  },
  60_000,
)

const session: fc.Arbitrary<Session> = fc.record({
  person: fc.constantFrom(0 as const, 0 as const, 1 as const),
  revokedAt: fc.constantFrom(null, present, present - 60_000, present - 60_001, present + 60_001),
  revokedReason: fc.constantFrom('replaced' as const, 'replaced' as const, 'signout' as const, null),
  successor: fc.constantFrom(null, 0, 1, 2, 3, 4),
})

test('the modelled way from a replaced session to the one that goes on is the shipped one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(session, { minLength: 1, maxLength: 5 }), async (sessions) => {
      const rows = sessions.map(({ person, revokedAt, revokedReason, successor }, number) => ({
        ...{ id: String(number), userId: String(person), revokedAt, revokedReason },
        successorId: successor === null ? null : String(successor),
      })) as SessionRow[]
      const store = { find: async (id: string) => rows[Number(id)] ?? null }
      const found = await findSuccessor(store, rows[0] as SessionRow, present)
      expect(found === null ? null : Number(found.id)).toBe(findSuccessorModel(sessions, 0, present))
    }),
    { numRuns: 2_000, seed: 20_261_121 },
  )
})
