import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sessions } from '../../../../db/index.ts'
import { inDepth } from '../../../support/depth.ts'
import {
  ada,
  openIssuerOverStoreInUse,
  type StoreIssuer,
  standingClock,
  testSettings,
  visitor,
} from '../../../support/issuer.ts'
import { storeInUse } from '../../../support/store-in-use.ts'

// An honest browser and its network, against the real issuer over a real store. The network may lose, delay and
// reorder whatever it likes, as long as nothing is under way for longer than the grace; the clock may step.

const grace = testSettings.REUSE_GRACE
const rotateAfter = testSettings.REFRESH_ROTATE_AFTER
const hour = 3_600_000

type Step =
  | { kind: 'send'; prefetch: boolean }
  | { kind: 'arrive'; pick: number }
  | { kind: 'deliver'; pick: number }
  | { kind: 'lose'; pick: number }
  | { kind: 'arrive-together' }
  | { kind: 'visit' }
  | { kind: 'wait'; ms: number }
  | { kind: 'step-clock'; ms: number }
  | { kind: 'restore-backup'; pick: number }

const pick = fc.nat({ max: 9 })
const waits = [1, 500, grace / 2, grace - 1, grace, grace + 1, rotateAfter - 1, rotateAfter, rotateAfter + grace, hour]
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 7,
    arbitrary: fc.record({ kind: fc.constant('send' as const), prefetch: fc.constantFrom(false, false, false, true) }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('arrive' as const), pick }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'arrive-together' as const }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('deliver' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lose' as const), pick }) },
  { weight: 4, arbitrary: fc.constant({ kind: 'visit' as const }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(...waits) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('step-clock' as const),
      ms: fc.constantFrom(-hour, -rotateAfter, -grace, -1, 1, grace, hour),
    }),
  },
)
const backup: fc.Arbitrary<Step> = fc.record({ kind: fc.constant('restore-backup' as const), pick })
const history = fc.array(step, { minLength: 5, maxLength: 80, size: 'max' })
const historyWithBackups = fc.array(fc.oneof({ weight: 20, arbitrary: step }, { weight: 1, arbitrary: backup }), {
  minLength: 5,
  maxLength: 80,
  size: 'max',
})

/** A request on its way there, then its answer on its way back. `travelled`: how far the clock went forward meanwhile. */
type Flight = {
  refreshToken: string
  prefetch: boolean
  travelled: number
  answered: boolean
  setCookie: string | null
}

/** The rules are the same over both stores; over PostgreSQL fewer histories show that the statements are too. */
const runs = (count: number) => (storeInUse === 'sqlite' ? inDepth(count, count / 4) : count / 10)

let clock: ReturnType<typeof standingClock>
let house: StoreIssuer

beforeAll(async () => {
  clock = standingClock()
  house = await openIssuerOverStoreInUse()
  await house.issuer.createAccount(ada)
})
afterAll(async () => {
  await house.close()
  clock.restore()
})

class Browser {
  jar: string
  readonly sessionId: string
  readonly seen = new Set<string>()
  flights: Flight[] = []
  backups: (typeof sessions.$inferSelect)[] = []

  constructor(signedIn: { ticket: { refreshToken: string }; principal: { sessionId: string } }) {
    this.jar = signedIn.ticket.refreshToken
    this.sessionId = signedIn.principal.sessionId
    this.seen.add(this.jar)
  }

  static async signIn(): Promise<Browser> {
    const result = await house.issuer.signIn({ ...ada, remember: true }, visitor, null)
    if (result.kind !== 'signed-in') throw new Error(result.kind)
    return new Browser(result)
  }

  async row() {
    const row = await house.database.select().from(sessions).where(eq(sessions.id, this.sessionId)).get()
    if (!row) throw new Error('the session is gone')
    return row
  }

  async take(step: Step): Promise<void> {
    this.backups.push(await this.row())
    const requests = this.flights.filter((flight) => !flight.answered)
    const answers = this.flights.filter((flight) => flight.answered)
    const chosen = <T>(list: T[]) => ('pick' in step && list.length > 0 ? list[step.pick % list.length] : undefined)
    if (step.kind === 'send') this.send(step.prefetch)
    else if (step.kind === 'arrive') await this.arrive(chosen(requests))
    else if (step.kind === 'arrive-together') await Promise.all(requests.map((flight) => this.arrive(flight)))
    else if (step.kind === 'deliver') this.deliver(chosen(answers))
    else if (step.kind === 'lose') this.flights = this.flights.filter((flight) => flight !== chosen(this.flights))
    else if (step.kind === 'visit') await this.visit()
    else if (step.kind === 'restore-backup') await this.restore(step.pick)
    else this.pass(step.ms)
  }

  send(prefetch: boolean): Flight {
    const flight = { refreshToken: this.jar, prefetch, travelled: 0, answered: false, setCookie: null }
    this.flights.push(flight)
    return flight
  }

  async arrive(flight: Flight | undefined): Promise<void> {
    if (!flight) return
    const { refreshToken, prefetch } = flight
    const answer = await house.issuer.present(refreshToken, { prefetch, visitor })
    expect(answer.kind).toBe('signed-in')
    if (answer.kind !== 'signed-in') return
    flight.answered = true
    flight.setCookie = answer.ticket?.refreshToken ?? null
    if (flight.setCookie) this.seen.add(flight.setCookie)
  }

  deliver(flight: Flight | undefined): void {
    if (!flight) return
    if (flight.setCookie) this.jar = flight.setCookie
    this.flights = this.flights.filter((other) => other !== flight)
  }

  /** A request whose answer comes back at once. */
  async visit(): Promise<void> {
    const flight = this.send(false)
    await this.arrive(flight)
    this.deliver(flight)
  }

  pass(ms: number): void {
    clock.step(ms)
    for (const flight of this.flights) flight.travelled += Math.max(0, ms)
    this.flights = this.flights.filter((flight) => flight.travelled <= grace)
  }

  /** The store is put back to an earlier state. That takes longer than any request. */
  async restore(pick: number): Promise<void> {
    const at = Math.floor((this.backups.length * pick) / 10)
    const row = this.backups[at]
    if (!row) return
    this.flights = []
    this.backups = this.backups.slice(0, at)
    await house.database.update(sessions).set(row).where(eq(sessions.id, this.sessionId)).run()
  }
}

test('an honest browser is never refused, whatever the network and the clock do', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      const browser = await Browser.signIn()
      house.events.length = 0
      for (const step of steps) await browser.take(step)
      await browser.visit()
      const rotations = house.events.filter((event) => event.type === 'session.rotated')
      expect(new Set(rotations.map((event) => event.detail?.generation)).size).toBe(rotations.length)
      expect(browser.seen.size).toBeLessThanOrEqual((await browser.row()).generation + 1)
    }),
    { numRuns: runs(400) },
  )
}, 60_000)

test('an honest browser survives a store that lost writes', async () => {
  await fc.assert(
    fc.asyncProperty(historyWithBackups, async (steps) => {
      const browser = await Browser.signIn()
      for (const step of steps) await browser.take(step)
      await browser.visit()
    }),
    { numRuns: runs(300) },
  )
}, 60_000)

test('a replay after any history ends the session for everybody', async () => {
  let replays = 0
  await fc.assert(
    fc.asyncProperty(history, pick, history, async (before, which, after) => {
      const browser = await Browser.signIn()
      for (const step of before) await browser.take(step)
      for (let turn = 0; turn < 2; turn++) {
        browser.pass(rotateAfter + grace + hour)
        await browser.visit()
        await browser.visit()
      }
      browser.pass(grace + 1)
      const { generation } = await browser.row()
      const stale = [...browser.seen].filter((text) => Number(text.split('.')[2]) < generation)
      const stolen = stale[which % stale.length]
      // A clock that was set back far enough leaves the first generation in place: nothing to steal.
      fc.pre(stolen !== undefined)
      replays++
      const answer = await house.issuer.present(stolen, { prefetch: false, visitor })
      expect(answer).toMatchObject({ kind: 'refused', reason: 'reuse' })
      await expectDead(browser, after, 'reuse')
    }),
    { numRuns: runs(100) },
  )
  expect(replays).toBeGreaterThan(runs(100) / 2)
}, 60_000)

test('nothing under way revives a session that was signed out', async () => {
  await fc.assert(
    fc.asyncProperty(history, fc.nat({ max: 5 }), history, async (before, position, after) => {
      const browser = await Browser.signIn()
      for (const step of before) await browser.take(step)
      const signOut = () => house.issuer.signOut(browser.jar, visitor)
      const presents = [...browser.seen].map((text) => () => house.issuer.present(text, { prefetch: false, visitor }))
      await Promise.all([...presents.slice(0, position), signOut, ...presents.slice(position)].map((start) => start()))
      const { revokedAt, revokedReason } = await browser.row()
      expect(revokedAt).not.toBeNull()
      await expectDead(browser, after, revokedReason === 'reuse' ? 'reuse' : 'revoked')
    }),
    { numRuns: runs(100) },
  )
}, 60_000)

async function expectDead(browser: Browser, steps: Step[], reason: string): Promise<void> {
  const tombstone = await browser.row()
  for (const step of steps) {
    if (step.kind === 'wait' || step.kind === 'step-clock') browser.pass(step.ms)
    for (const text of browser.seen) {
      const answer = await house.issuer.present(text, { prefetch: false, visitor })
      expect(answer).toMatchObject({ kind: 'refused', reason })
    }
  }
  expect(await browser.row()).toEqual(tombstone)
}
