import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type SandboxScenario, sandboxScenarios } from '../../../../app/contract/index.ts'
import type { SignedIn } from '../../../../app/identity/index.server.ts'
import { sessions } from '../../../../db/index.ts'
import { ada, openTestIssuer, standingClock, type TestIssuer, testSettings, visitor } from '../../../support/issuer.ts'

const { REFRESH_ROTATE_AFTER: rotateAfter, REUSE_GRACE: grace } = testSettings

let clock: ReturnType<typeof standingClock>
let house: TestIssuer
let started: SignedIn

beforeEach(async () => {
  clock = standingClock()
  house = await openTestIssuer()
  const result = await house.issuer.register(ada, visitor, null)
  if (result.kind !== 'signed-in') throw new Error(result.kind)
  started = result
})
afterEach(() => {
  house.close()
  clock.restore()
})

async function play(scenario: SandboxScenario) {
  const run = await house.issuer.accountService.sandbox.run(started.principal.userId, scenario, visitor)
  if (run.kind !== 'ran') throw new Error(run.kind)
  return run.steps
}

const live = { endedFor: null }

describe('the sandbox', () => {
  it('shows two tabs at once: one rotates, the other loses the race and gets the same ticket, a late request passes', async () => {
    expect(await play('two-tabs')).toMatchObject([
      { who: 'tab-a', ticket: 0, verdicts: ['rotate'], refusal: null, sent: { generation: 1, isRepeated: false } },
      { who: 'tab-b', ticket: 0, verdicts: ['rotate', 'resend'], sent: { generation: 1, isRepeated: true } },
      { who: 'tab-a', ticket: 1, verdicts: ['confirm'], sent: null, row: { generation: 1, isConfirmed: true } },
      { who: 'tab-b', ticket: 0, verdicts: ['straggler'], refusal: null, sent: null, row: live },
    ])
  })

  it('shows a lost response: the same ticket is sent again, long after the grace', async () => {
    const steps = await play('lost-answer')
    expect(steps).toMatchObject([
      { verdicts: ['rotate'], isLost: true, sent: { generation: 1, isRepeated: false } },
      { verdicts: ['resend'], isLost: false, sent: { generation: 1, isRepeated: true } },
      { verdicts: ['confirm'], sent: null, row: { generation: 1, isConfirmed: true, endedFor: null } },
    ])
    expect((steps[1]?.afterMs ?? 0) - (steps[0]?.afterMs ?? 0)).toBeGreaterThan(grace)
    expect(steps[0]?.afterMs).toBe(rotateAfter)
  })

  it('shows a stolen ticket replayed: the session ends for the thief and for the owner', async () => {
    expect(await play('stolen-copy')).toMatchObject([
      { who: 'browser', verdicts: ['rotate'] },
      { who: 'browser', verdicts: ['confirm'] },
      { who: 'thief', ticket: 0, verdicts: ['reuse'], refusal: 'reuse', sent: null, row: { endedFor: 'reuse' } },
      { who: 'browser', ticket: 1, verdicts: ['refused'], refusal: 'reuse', sent: null },
    ])
  })

  it('shows a thief who is faster: the owner gives the copy away and the thief is out', async () => {
    expect(await play('early-thief')).toMatchObject([
      { who: 'thief', verdicts: ['rotate'] },
      { who: 'thief', verdicts: ['confirm'] },
      { who: 'browser', ticket: 0, verdicts: ['reuse'], refusal: 'reuse' },
      { who: 'thief', ticket: 1, verdicts: ['refused'], refusal: 'reuse' },
    ])
  })

  it('shows a made-up ticket: no verdict is asked for, and nothing happens to the session', async () => {
    expect(await play('made-up')).toMatchObject([
      { who: 'stranger', ticket: 'made-up', verdicts: [], refusal: 'malformed', sent: null, row: live },
      { who: 'browser', ticket: 0, verdicts: ['confirm'], refusal: null, row: live },
    ])
  })

  it('leaves no session, event or mail behind and does not touch the person’s own session', async () => {
    const rows = () => house.database.select().from(sessions).all()
    const [rowsBefore, events, mails] = [rows(), house.events.length, house.mails.length]
    for (const scenario of sandboxScenarios) await play(scenario)
    expect(rows()).toEqual(rowsBefore)
    expect(house.events).toHaveLength(events)
    expect(house.mails).toHaveLength(mails)
    const devices = await house.issuer.accountService.devices.list(started.principal.userId, started.session.id, 1)
    expect([devices.current?.id, devices.others.total, devices.ended.length]).toEqual([started.session.id, 0, 0])
    expect(await house.issuer.present(started.ticket.refreshToken, { prefetch: false, visitor })).toMatchObject({
      kind: 'signed-in',
    })
  })

  it('tells generations and no ticket, and does not move the house’s clock', async () => {
    const at = clock.now()
    const told = JSON.stringify(await play('stolen-copy'))
    expect(clock.now()).toBe(at)
    expect(told).not.toMatch(/[A-Za-z0-9_-]{20,}/)
    expect(started.ticket.refreshToken).toMatch(/[A-Za-z0-9_-]{20,}/)
  })

  it('plays thirty times in ten minutes for a person, and goes on for others', async () => {
    const { sandbox } = house.issuer.accountService
    for (let count = 0; count < 30; count++) await play('made-up')
    expect(await sandbox.run(started.principal.userId, 'made-up', visitor)).toMatchObject({ kind: 'throttled' })
    expect(house.events.at(-1)).toMatchObject({ type: 'limit.reached', detail: { reason: 'sandbox' } })
    expect(await sandbox.run('somebody else', 'made-up', visitor)).toMatchObject({ kind: 'ran' })
  })

  it('stops early, and fails nothing, where a session ends before its ticket is due', async () => {
    const impatient = await openTestIssuer({ settings: { SESSION_IDLE: rotateAfter / 2 } })
    const run = await impatient.issuer.accountService.sandbox.run('somebody', 'stolen-copy', visitor)
    impatient.close()
    expect(run).toMatchObject({ kind: 'ran', steps: [{ refusal: 'idle', sent: null }, { refusal: 'idle' }] })
  })
})
