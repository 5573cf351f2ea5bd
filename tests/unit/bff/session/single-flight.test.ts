import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type BffConfiguration, configureBff } from '../../../../app/bff/configuration.server.ts'
import { presentOnce } from '../../../../app/bff/session/single-flight.server.ts'
import type { TokenService } from '../../../../app/identity/index.server.ts'
import { ada, openTestIssuer, type TestIssuer, visitor } from '../../../support/issuer.ts'

// With SQLite an answer comes before the next request is read, so over HTTP no two of them are ever under way at once.
// Here the issuer takes its time, as one behind a network does.
let opened: TestIssuer
let asked: number
beforeEach(async () => {
  opened = await openTestIssuer()
  asked = 0
  const present: TokenService['present'] = async (refreshToken, options) => {
    asked++
    await delay(5)
    return opened.issuer.present(refreshToken, options)
  }
  configureBff({
    origin: 'http://localhost:3000',
    tokens: { ...opened.issuer, present },
  } as Partial<BffConfiguration> as BffConfiguration)
})
afterEach(() => opened.close())

async function newTicket(n: number): Promise<{ refreshToken: string; userId: string }> {
  const result = await opened.issuer.register({ ...ada, email: `ada${n}@example.com` }, visitor, null)
  if (result.kind !== 'signed-in') throw new Error(result.kind)
  return { refreshToken: result.ticket.refreshToken, userId: result.principal.userId }
}

test('people who come at the same moment each get their own answer, and the issuer is asked once for each', async () => {
  const people = await Promise.all(Array.from({ length: 10 }, (_, n) => newTicket(n)))
  const order = Array.from({ length: 200 }, (_, n) => people[(n * 7) % 10]).filter((one) => one !== undefined)
  const answers = await Promise.all(
    order.map(({ refreshToken }) => presentOnce(refreshToken, { prefetch: false, visitor })),
  )
  const seen = answers.map((answer) => (answer.kind === 'signed-in' ? answer.principal.userId : answer.kind))
  expect(seen).toEqual(order.map(({ userId }) => userId))
  expect(asked).toBe(10)
})

test('a prefetch does not share the answer of a visit: only the visit may carry a successor', async () => {
  const { refreshToken } = await newTicket(1)
  await Promise.all([true, false, true].map((prefetch) => presentOnce(refreshToken, { prefetch, visitor })))
  expect(asked).toBe(2)
})

test('an answer is shared only while it is under way', async () => {
  const { refreshToken } = await newTicket(1)
  for (let n = 0; n < 3; n++) await presentOnce(refreshToken, { prefetch: false, visitor })
  expect(asked).toBe(3)
})

test('a garbled token close to a real one shares nothing with it', async () => {
  const { refreshToken } = await newTicket(1)
  const garbled = refreshToken.slice(0, -2)
  const [own, other] = await Promise.all(
    [refreshToken, garbled].map((each) => presentOnce(each, { prefetch: false, visitor })),
  )
  expect(own?.kind).toBe('signed-in')
  expect(other).toEqual({ kind: 'refused', reason: 'malformed' })
})

test('requests with and without the ticket of a device never share an answer: a copy gets none of its owner’s', async () => {
  const { refreshToken } = await newTicket(1)
  const tickets = ['a', null, 'a', 'b', null]
  await Promise.all(tickets.map((boundTicket) => presentOnce(refreshToken, { prefetch: false, visitor, boundTicket })))
  expect(asked).toBe(3)
})
