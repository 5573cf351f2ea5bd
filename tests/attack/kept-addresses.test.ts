import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Mail } from '../../app/contract/index.ts'
import type { SignedIn } from '../../app/identity/index.server.ts'
import { createIssuer, type Issuer } from '../../app/identity/index.server.ts'
import type { SecurityEvent } from '../../app/kernel/index.ts'
import { ada, fastHashing, standingClock, testSettings, visitor } from '../support/issuer.ts'
import { openStoreWithAside, type StoreWithAside } from '../support/store-with-aside.ts'

const day = 24 * 60 * 60_000
const held = { refreshToken: null, deviceMark: null, persistent: false }
const eve = { name: 'Eve', email: ada.email, password: 'another ordinary sentence' }

let store: StoreWithAside
let clock: ReturnType<typeof standingClock>
let issuer: Issuer
let mails: Mail[]
let here: SignedIn
/** Called with each event as it happens, between what was read and what is written. */
let onEvent: (event: SecurityEvent) => void

const open = (settings = {}) =>
  createIssuer({
    database: store.database,
    settings: { ...testSettings, ...settings },
    record: (event) => onEvent(event),
    passwordLimits: fastHashing,
    postMail: async (mail, about) => void (about?.isDecoy === true || mails.push(mail)),
  })

beforeEach(async () => {
  clock = standingClock()
  store = await openStoreWithAside()
  mails = []
  onEvent = () => {}
  issuer = await open()
  const result = await issuer.register(ada, visitor, null)
  if (result.kind !== 'signed-in') throw new Error(result.kind)
  here = result
  await issuer.recovery.requestConfirmation(ada.email, visitor)
  const input = { code: codeOf('confirm-address'), password: '' }
  await issuer.recovery.confirmAddress(input, here.principal, visitor, held)
})
afterEach(async () => {
  await store.close()
  clock.restore()
})

function codeOf(kind: Mail['kind'], to?: string): string {
  const mail = mails.findLast((each) => each.kind === kind && (to === undefined || each.to === to))
  if (mail && 'code' in mail) return mail.code
  return (mail && 'undoCode' in mail && mail.undoCode) || ''
}

async function moveTo(email: string, from = ada, signedIn = here): Promise<string> {
  const own = signedIn.principal
  await issuer.recovery.requestAddressChange({ email, current: from.password }, own, visitor, held)
  return (await issuer.recovery.confirmAddressChange(codeOf('confirm-new-address', email), own, visitor)).kind
}

const undo = async () => (await issuer.recovery.undoAddressChange(codeOf('address-changed', ada.email), visitor)).kind

/** Every way for somebody else to get an address. */
const waysToTake: Record<string, () => Promise<string>> = {
  'registering at once': async () => (await issuer.register(eve, visitor, null)).kind,
  'an account made by command': async () => (await issuer.createAccount(eve)).kind,
  'a change to it': async () => {
    const other = { ...eve, email: 'eve@example.com' }
    const result = await issuer.register(other, visitor, null)
    if (result.kind !== 'signed-in') throw new Error(result.kind)
    return moveTo(ada.email, other, result)
  },
}

describe('an address whose change can be undone', () => {
  test.each(Object.keys(waysToTake))('is taken for everybody else: %s', async (way) => {
    expect(await moveTo('thief@example.com')).toBe('changed')
    const outcome = await waysToTake[way]?.()
    expect(['email-taken', 'code-refused']).toContain(outcome)
    expect(await undo()).toBe('restored')
  })

  test('is taken for a registration that waited for its code since before', async () => {
    await moveTo('thief@example.com')
    const confirming = await open({ REGISTRATION: 'verify-email' })
    await store.database.run("update one_time_codes set reserved_email_key = null where purpose = 'undo-address'")
    expect((await confirming.register(eve, visitor, null)).kind).toBe('mail-sent')
    const code = codeOf('confirm-address', ada.email)
    await store.database.run(
      `update one_time_codes set reserved_email_key = '${ada.email}' where purpose = 'undo-address'`,
    )
    const done = await confirming.recovery.confirmAddress({ code, password: eve.password }, null, visitor, held)
    expect(done.kind).toBe('email-taken')
    expect(await undo()).toBe('restored')
  })

  test('answers a registration by mail like any other, and its mailbox learns only that it is taken', async () => {
    await moveTo('thief@example.com')
    const confirming = await open({ REGISTRATION: 'verify-email' })
    const free = await confirming.register({ ...eve, email: 'free@example.com' }, visitor, null)
    expect(await confirming.register(eve, visitor, null)).toEqual(free)
    expect(mails.at(-1)).toEqual({ kind: 'address-taken', to: ada.email })
  })

  test('can be had back by its own account, which may leave it once more', async () => {
    await moveTo('new@example.com')
    expect(await moveTo(ada.email)).toBe('changed')
    expect(await moveTo('newer@example.com')).toBe('changed')
    expect((await issuer.createAccount(eve)).kind).toBe('email-taken')
    expect((await issuer.createAccount({ ...eve, email: 'new@example.com' })).kind).toBe('email-taken')
  })

  test('is free when the code has run out', async () => {
    await moveTo('new@example.com')
    clock.step(7 * day)
    expect((await issuer.createAccount(eve)).kind).toBe('created')
  })

  test('is free when its account is gone, and those that an undo leaves behind are free after it', async () => {
    await moveTo('thief@example.com')
    await moveTo('thief.two@example.com')
    expect((await issuer.createAccount({ ...eve, email: 'thief@example.com' })).kind).toBe('email-taken')
    expect(await undo()).toBe('restored')
    expect((await issuer.createAccount({ ...eve, email: 'thief@example.com' })).kind).toBe('created')
    await issuer.accountService.own.delete(here.principal.userId, visitor)
    expect((await issuer.createAccount(eve)).kind).toBe('created')
  })

  test('stays with its account when others register it in the moment of the change', async () => {
    await issuer.recovery.requestAddressChange(
      { email: 'new@example.com', current: ada.password },
      here.principal,
      visitor,
      held,
    )
    const code = codeOf('confirm-new-address')
    const rivals = Array.from({ length: 5 }, () => issuer.createAccount(eve))
    const changing = issuer.recovery.confirmAddressChange(code, here.principal, visitor)
    const later = Array.from({ length: 5 }, () => issuer.createAccount(eve))
    const kinds = (await Promise.all([...rivals, ...later])).map(({ kind }) => kind)
    expect(new Set(kinds)).toEqual(new Set(['email-taken']))
    expect((await changing).kind).toBe('changed')
  })
})

describe('a code is made for what its account is in that moment', () => {
  const moveBack = () =>
    store.aside.exec(
      `update users set email = '${ada.email}', email_key = '${ada.email}', email_verified_at = null, password_hash = 'x'`,
    )

  /** Puts the account back between what a request reads and what it writes. */
  async function whileAsked(type: SecurityEvent['type'], ask: () => Promise<{ kind: string }>): Promise<string> {
    let hasMoved = false
    onEvent = (event) => {
      if (event.type !== type) return
      moveBack()
      hasMoved = true
    }
    const before = mails.length
    const { kind } = await ask()
    expect(hasMoved).toBe(true)
    expect(mails.slice(before)).toEqual([])
    const live = await store.database.all<{ n: number }>(
      "select count(*) as n from one_time_codes where purpose <> 'undo-address' and user_id is not null and used_at is null",
    )
    expect(Number(live[0]?.n)).toBe(0)
    return kind
  }

  test('for a new password: the address that was left gets none', async () => {
    await moveTo('thief@example.com')
    const asked = () => issuer.recovery.requestReset('thief@example.com', visitor)
    expect(await whileAsked('password.reset_requested', asked)).toBe('mail-sent')
  })

  test('for a change of address: a password that ended meanwhile asks for nothing', async () => {
    await moveTo('thief@example.com')
    const input = { email: 'thief.two@example.com', current: ada.password }
    const asked = () => issuer.recovery.requestAddressChange(input, here.principal, visitor, held)
    expect(await whileAsked('account.email_change_requested', asked)).toBe('wrong-password')
  })

  test('for an account: one that is deleted meanwhile gets none', async () => {
    onEvent = ({ type }) => {
      if (type === 'password.reset_requested') store.aside.exec('delete from users')
    }
    const before = mails.length
    expect((await issuer.recovery.requestReset(ada.email, visitor)).kind).toBe('mail-sent')
    expect(store.aside.prepare('select * from users').all()).toEqual([])
    expect(mails.slice(before)).toEqual([])
  })
})
