import { setTimeout as delay } from 'node:timers/promises'
import type { Fault, Stage } from '../fault.ts'
import { Guest } from '../guest.ts'
import type { House } from '../house.ts'

const minute = 60_000
const day = 24 * 60 * minute
const year = 365 * day
const cleaningMs = 8_000

const steps = [
  { name: 'a day ahead', ms: day },
  { name: 'a day back', ms: -day },
  { name: 'a year ahead', ms: year },
  { name: 'a year back', ms: -year },
]

/** The clock of every server steps, people go on, and it is put right again. */
export const clockFaults: readonly Fault[] = steps.map(({ name, ms }) => ({
  name: `clock stepped ${name}, and put right`,
  stores: ['sqlite', 'postgres'],
  async run(stage) {
    const house = await stage.open({ guests: 20, env: { LIMIT_SIGN_IN_PER_ADDRESS: '5/10m' } })
    await house.refreshAll()
    const away = house.crowd.guests.splice(10)
    const evening = await house.books.admit(5, { persistent: false })
    await step(stage, house, ms)
    await askWhatIsOver(house, [...evening, ...house.crowd.guests], ms)
    await spendTries(house)
    // Long enough for the servers to clean their store once by the stepped clock.
    await delay(cleaningMs)
    await step(stage, house, -ms)
    // Whoever was away has missed nothing, and whose session was over stays out.
    house.crowd.guests.push(...away)
    await house.crowd.crash(house.pick)
    await house.crowd.settle(house.pick)
    await expectReplacing(house)
    await expectAnotherTry(house)
    await house.inspect()
  },
}))

async function step(stage: Stage, house: House, ms: number): Promise<void> {
  await house.advance(ms)
  stage.inject()
}

/** By the stepped clock some sessions are over, and that is no loss; from then on their tickets are dead for good. */
async function askWhatIsOver(house: House, guests: readonly Guest[], ms: number): Promise<void> {
  for (const guest of guests) {
    const [ticket, isHere] = [guest.ticket ?? '', house.crowd.guests.includes(guest)]
    const isOver = isHere ? ms >= 7 * day : ms >= day
    if (!isOver) {
      await house.crowd.ask(guest, house.pick())
      continue
    }
    const { kind } = await guest.ask(house.pick())
    if (kind !== 'signed-out') house.crowd.complain(`a session that is over by the clock was ${kind}`)
    house.crowd.dismiss(guest, ticket, 'over by the stepped clock')
  }
}

/** Tickets are replaced by the clock that is right: twice within the time of two replacements. */
async function expectReplacing(house: House): Promise<void> {
  await house.refreshAll()
  const held = new Map(house.crowd.present.map((guest) => [guest, guest.ticket]))
  await house.refreshAll()
  const same = [...held].filter(([guest, ticket]) => guest.ticket === ticket)
  if (same.length > 0) house.crowd.complain(`${same.length} tickets are not replaced any more`)
}

const strangers = { email: 'nobody@example.com', password: 'not the one that it is' }

async function trySignIn(house: House): Promise<number> {
  const form = new URLSearchParams(strangers).toString()
  const stranger = new Guest('nobody', null)
  const asked = await stranger.exchange(house.pick(), 'GET', '/bff/csrf')
  if (asked.kind === 'cut') throw new Error(asked.reason)
  const { csrf } = JSON.parse(asked.text) as { csrf: string }
  const headers = { 'x-csrf-token': csrf, 'content-type': 'application/x-www-form-urlencoded' }
  const origin = { origin: `http://${house.host}`, cookie: stranger.others }
  const tried = await stranger.exchange(house.pick(), 'POST', '/bff/login', { ...headers, ...origin }, form)
  return tried.kind === 'cut' ? 0 : tried.status
}

async function spendTries(house: House): Promise<void> {
  for (let tries = 0; tries < 10; tries++) if ((await trySignIn(house)) === 429) return
  house.crowd.complain('tries to sign in were not limited')
}

/** An hour later at the latest anybody may try again, whatever was counted by the wrong clock. */
async function expectAnotherTry(house: House): Promise<void> {
  await house.advance(61 * minute)
  await house.crowd.settle(house.pick)
  const status = await trySignIn(house)
  if (status !== 401) house.crowd.complain(`a try to sign in was answered ${status} after the clock was put right`)
}
