import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { deriveSecrets } from '../../../../app/kernel/index.server.ts'
import { oneTimeCodes } from '../../../../db/index.ts'
import { ada, openTestIssuer, standingClock, type TestIssuer, testSettings, visitor } from '../../../support/issuer.ts'
import { openTestStore } from '../../../support/store.ts'
import { addApp, beginStep, codeOf, finish, settle } from '../factors/factor-house.ts'

const second = 1_000
const [older] = testSettings.secrets
const [newer] = deriveSecrets([Buffer.alloc(32, 'next')])
if (!older || !newer) throw new Error('no secrets')

let clock: ReturnType<typeof standingClock>
let house: TestIssuer
const store = () => house
beforeEach(() => {
  clock = standingClock()
})
afterEach(() => {
  house.close()
  clock.restore()
})

type Settings = Partial<typeof testSettings>
/** The same store, served with these secrets. */
async function serveWith(secrets: typeof testSettings.secrets, settings: Settings = {}): Promise<TestIssuer> {
  return openTestIssuer({ store: store(), settings: { ...settings, secrets } })
}

/** A house with the older secret, and the same one with a newer secret in front of it. */
async function open(settings: Settings = {}) {
  house = await openTestIssuer({ store: openTestStore(), settings: { ...settings, secrets: [older as never] } })
  return { before: house, rotate: () => serveWith([newer as never, older as never], settings) }
}

const wrong = { email: ada.email, password: 'surely not the password', remember: false }

async function fail({ issuer }: TestIssuer, times: number, mark: string | null = null): Promise<void> {
  for (let tries = 0; tries < times; ) {
    const result = await issuer.signIn(wrong, visitor, null, mark)
    if (result.kind === 'invalid-credentials') tries++
    else if (result.kind === 'throttled' && result.retryAfterSeconds !== null)
      clock.step(result.retryAfterSeconds * second)
    else throw new Error(`unexpected ${result.kind}`)
  }
}

async function register({ issuer }: TestIssuer): Promise<string> {
  const result = await issuer.register(ada, visitor, null)
  if (result.kind !== 'signed-in' || result.deviceMark === null) throw new Error(result.kind)
  return result.deviceMark
}

describe('a new secret in front of the others', () => {
  test('does not forget failed sign-ins, nor the delay after them', async () => {
    const { before, rotate } = await open()
    await register(before)
    await fail(before, 8)
    const after = await rotate()
    expect(await after.issuer.signIn(wrong, visitor, null)).toMatchObject({ kind: 'throttled', retryAfterSeconds: 240 })
  })

  test('does not forget that there were a hundred in a row', async () => {
    const { before, rotate } = await open()
    await register(before)
    await fail(before, 60)
    const after = await rotate()
    await fail(after, 40)
    clock.step(86_400 * second)
    expect(await after.issuer.signIn(wrong, visitor, null)).toMatchObject({ reason: 'reset-required' })
  })

  test('leaves a browser that is known the budget it had, and no other', async () => {
    const { before, rotate } = await open()
    const mark = await register(before)
    await fail(before, 5, mark)
    const after = await rotate()
    expect(await after.issuer.signIn(wrong, visitor, null, mark)).toMatchObject({
      kind: 'throttled',
      reason: 'account',
    })
    expect(await after.issuer.signIn(wrong, visitor, null)).toMatchObject({ kind: 'invalid-credentials' })
  })

  test('while servers disagree about the newest secret their counts add up', async () => {
    const { before, rotate } = await open()
    await register(before)
    const after = await rotate()
    const behind = await serveWith([older as never, newer as never])
    await fail(after, 2)
    await fail(behind, 2)
    await fail(after, 1)
    expect(await behind.issuer.signIn(wrong, visitor, null)).toMatchObject({ kind: 'throttled' })
    expect(await after.issuer.signIn(wrong, visitor, null)).toMatchObject({ kind: 'throttled' })
  })

  test('a right password ends the row of failures under every name', async () => {
    const { before, rotate } = await open()
    await register(before)
    await fail(before, 4)
    const after = await rotate()
    expect(await after.issuer.signIn({ ...ada, remember: false }, visitor, null)).toMatchObject({ kind: 'signed-in' })
    await fail(after, 4)
    expect(await after.issuer.signIn(wrong, visitor, null)).toMatchObject({ kind: 'invalid-credentials' })
  })

  test('does not let strangers send more mail to a mailbox', async () => {
    const limit = { LIMIT_MAIL_PER_MAILBOX: { points: 3, durationMs: 3_600 * second } }
    const { before, rotate } = await open(limit)
    await register(before)
    for (let sent = 0; sent < 2; sent++) await before.issuer.recovery.requestReset(ada.email, visitor)
    const after = await rotate()
    for (let sent = 0; sent < 3; sent++) await after.issuer.recovery.requestReset(ada.email, visitor)
    expect([...before.mails, ...after.mails].filter(({ kind }) => kind === 'reset-password')).toHaveLength(3)
  })

  test('leaves codes that were mailed before good', async () => {
    const { before, rotate } = await open()
    await register(before)
    await before.issuer.recovery.requestReset(ada.email, visitor)
    const after = await rotate()
    const mail = before.mails.find(({ kind }) => kind === 'reset-password')
    const code = mail && 'code' in mail ? mail.code : ''
    const reset = { code, password: 'another quite ordinary sentence', factor: '' }
    const outcome = await after.issuer.recovery.resetPassword(reset, visitor, { deviceMark: null })
    expect(outcome).toMatchObject({ kind: 'reset' })
  })

  test('a registration takes the place of one that waits since before', async () => {
    const { before, rotate } = await open({ REGISTRATION: 'verify-email' })
    await before.issuer.register({ ...ada, password: 'the password of a stranger' }, visitor, null)
    const after = await rotate()
    await after.issuer.register(ada, visitor, null)
    const rows = await house.database.select().from(oneTimeCodes)
    expect(rows).toHaveLength(1)
    const mail = before.mails.find(({ kind }) => kind === 'confirm-address')
    const code = mail && 'code' in mail ? mail.code : ''
    const input = { code, password: 'the password of a stranger' }
    const held = { refreshToken: null, deviceMark: null, persistent: false }
    expect(await after.issuer.recovery.confirmAddress(input, null, visitor, held as never)).toMatchObject({
      kind: 'code-refused',
    })
  })

  test('a registration that waits is sent its code again', async () => {
    const { before, rotate } = await open({ REGISTRATION: 'verify-email' })
    await before.issuer.register(ada, visitor, null)
    const after = await rotate()
    await after.issuer.recovery.requestConfirmation(ada.email, visitor)
    expect(after.mails).toMatchObject([{ kind: 'confirm-address', isDecoy: false }])
    expect(await house.database.select().from(oneTimeCodes)).toHaveLength(1)
  })

  test('does not forget wrong codes of a second factor', async () => {
    const { before, rotate } = await open()
    const { actor } = await settle(before)
    const { key } = await addApp(before, actor)
    clock.step(30 * second)
    for (let guess = 0; guess < 5; guess++) await finish(before, await beginStep(before), `00000${guess}`)
    const after = await rotate()
    const blocked = await finish(after, await beginStep(after), codeOf(key))
    expect(blocked).toMatchObject({ kind: 'throttled', reason: 'account', retryAfterSeconds: 30 })
  })
})
