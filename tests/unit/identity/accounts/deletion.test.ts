import { eq, getTableColumns, getTableName } from 'drizzle-orm'
import { getTableConfig, type SQLiteColumn, type SQLiteTable } from 'drizzle-orm/sqlite-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createUserStore } from '../../../../app/api/user-store.ts'
import { emailKeyOf } from '../../../../app/contract/index.ts'
import { createEventRecorder, type EventRecorder } from '../../../../app/events/index.server.ts'
import { createPseudonyms } from '../../../../app/identity/accounts/pseudonyms.ts'
import { createIssuer, type Issuer, type Principal } from '../../../../app/identity/index.server.ts'
import { keyedNames } from '../../../../app/identity/limits/keyed-names.ts'
import { deriveKeyRing } from '../../../../app/kernel/index.server.ts'
import { createMailer, type Mailer } from '../../../../app/mail/index.server.ts'
import {
  mailOutbox,
  oneTimeCodes,
  providerIdentities,
  providerSessions,
  sessions,
  users,
} from '../../../../db/index.ts'
import { tables } from '../../../support/crowded-tables.ts'
import { eventLimits } from '../../../support/event-limits.ts'
import { fastHashing, testSettings } from '../../../support/issuer.ts'
import { codeIn } from '../../../support/mailbox.ts'
import { type OpenStore, openStoreInUse } from '../../../support/store.ts'

// Walks every column of every table of the schema for what is known of a person, before and after their account goes.

/** What may still say something of somebody whose account is gone, and why. */
const mayRemain: Record<string, string> = {
  'security_events.actor_id': 'events outlive accounts until EVENT_RETENTION, and name people by ids alone',
  'security_events.subject_id': 'the same, for what others did',
  'security_events.session_id': 'the same, for sessions',
  'security_events.address': 'the network address leaves with the event',
  'security_events.agent': 'the browser leaves with the event',
  'rate_limits.key': 'the network address that requests came from, until the window ends',
}

/** Where keyed hashes of addresses may remain, which are worth nothing without APP_SECRETS. */
const mayRemainHashed: Record<string, string> = {
  'security_events.detail': 'what address was tried, until EVENT_RETENTION',
  'one_time_codes.subject': 'for an address that had no account when a code was asked for, until the code is over',
  'attempts.key': 'failures count against an address whether or not it has an account',
  'rate_limits.key': 'until the window ends',
}

/** Tables with no reference to an account; what they hold of a person is found by the first test or stands above. */
const withoutPerson: Record<string, string> = {
  signing_keys: 'keys of the house',
  rate_limits: 'keyed hashes and network addresses, until a window ends',
  attempts: 'keyed hashes',
  spent_marks: 'random names of what was used, for minutes',
  security_events: 'no references, so that events outlive accounts',
}

const held = { refreshToken: null, deviceMark: null, persistent: false }
const passphrase = 'seven lanterns on the quay'
type Person = ReturnType<typeof newPerson>

function newPerson(name: string) {
  const visitor = { address: `198.51.100.${name.length}`, agent: `the browser of ${name}` }
  const at = `${name.replaceAll(' ', '.')}@Example.com`
  return { name, email: `ÄDA.${at}`, second: `Second.${at}`, password: passphrase, visitor }
}

let store: OpenStore
let events: EventRecorder
let mailer: Mailer
let issuer: Issuer
beforeEach(async () => {
  store = await openStoreInUse()
  events = createEventRecorder({ database: store.database, ...eventLimits, log: null })
  const settings = { ...testSettings, REGISTRATION: 'verify-email' as const }
  const mailSettings = {
    APP_ORIGIN: settings.APP_ORIGIN,
    MAIL_FROM: 'a@example.com',
    SMTP_URL: undefined,
    isLocal: true,
  }
  mailer = createMailer({
    database: store.database,
    settings: { ...mailSettings, secrets: settings.secrets },
    record: events.record,
  })
  const deps = { database: store.database, record: events.record, postMail: mailer.enqueue }
  issuer = await createIssuer({ ...deps, settings, passwordLimits: fastHashing })
})
afterEach(async () => {
  mailer.close()
  await events.close()
  await store.close()
})

async function codeTo(address: string): Promise<string> {
  const mail = (await mailer.readMailbox?.())?.find(({ to }) => to === address)
  if (!mail) throw new Error(`no mail to ${address}`)
  return codeIn(mail.text)
}

/** Registers twice in other spellings, and confirms. */
async function join(person: Person): Promise<Principal> {
  const { recovery } = issuer
  const { visitor, email, password } = person
  await issuer.register({ ...person, email: email.toLowerCase() }, visitor, null)
  await issuer.register(person, visitor, null)
  await recovery.requestConfirmation(email, visitor)
  const signedIn = await recovery.confirmAddress({ code: await codeTo(email), password }, null, visitor, held)
  if (signedIn.kind !== 'signed-in') throw new Error(`confirming ended as ${signedIn.kind}`)
  return signedIn.principal
}

/** Joins, moves to another address, and leaves codes and mails of every kind behind. */
async function live(person: Person): Promise<Principal> {
  const { recovery } = issuer
  const { visitor, email, password } = person
  const principal = await join(person)
  await recovery.requestAddressChange({ email: person.second, current: password }, principal, visitor, held)
  const changed = await recovery.confirmAddressChange(await codeTo(person.second), principal, visitor)
  expect(changed.kind).toBe('changed')
  // A stranger tries both addresses, also to register them: the first is kept for the person.
  for (const tried of [email, person.second]) {
    await issuer.register({ ...person, email: tried.toUpperCase() }, visitor, null)
    await issuer.signIn({ email: tried, password: 'something else', remember: false }, visitor, null)
    await recovery.requestReset(tried, visitor)
    await recovery.requestConfirmation(tried, visitor)
  }
  return principal
}

/** Keyed hashes of both addresses, as events, codes and limits have them. */
function hashesOf(person: Person): string[] {
  const pseudonymOf = createPseudonyms(deriveKeyRing(testSettings.secrets, 'event-pseudonyms'))
  const limits = deriveKeyRing(testSettings.secrets, 'limits')
  return [person.email, person.second].map(emailKeyOf).flatMap((key) => {
    const names = ['account', 'mailbox'].map((kind) => keyedNames(limits, `${kind}|${key}`)[0])
    return [pseudonymOf(key), ...names].map((text) => text.toLowerCase())
  })
}

/** Everything that says who it is: ids, addresses in any case, name, password hash, network address, browser. */
async function tracesOf(person: Person, { userId }: Principal): Promise<string[]> {
  const all = await store.database.select().from(users)
  const own = all.find(({ id }) => id === userId)
  if (!own) throw new Error('there is no such account')
  const rows = await store.database.select().from(sessions)
  const sessionIds = rows.filter(({ userNumber }) => userNumber === own.number).map(({ id }) => id)
  const written = [person.name, person.email, person.second, person.visitor.address, person.visitor.agent]
  const keys = [person.email, person.second].map(emailKeyOf)
  return [userId, own.passwordHash, ...sessionIds, ...keys, ...written].map((text) => text.toLowerCase())
}

/** `table.column` with the number of rows that hold one of these texts, whatever the case. */
async function findTraces(traces: readonly string[]): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for (const table of tables) {
    const columns = Object.entries(getTableColumns(table))
    for (const row of (await store.database.select().from(table)) as Record<string, unknown>[]) {
      for (const [key, { name }] of columns) {
        const text = String(row[key]).toLowerCase()
        if (!traces.some((trace) => text.includes(trace))) continue
        const place = `${getTableName(table)}.${name}`
        found.set(place, (found.get(place) ?? 0) + 1)
      }
    }
  }
  return found
}

const referenceOf = (table: SQLiteTable, { name }: SQLiteColumn): string | undefined => {
  const reference = getTableConfig(table).foreignKeys.map((key) => key.reference())
  const target = reference.find(({ columns }) => columns[0]?.name === name)
  return target && `${getTableName(target.foreignTable)}.${target.foreignColumns[0]?.name}`
}
const refersToPerson = (table: SQLiteTable) =>
  Object.values(getTableColumns(table)).some((column) => referenceOf(table, column) !== undefined)

let written = 0

/** A row with something of the person in every column that takes a text. */
function rowAbout(table: SQLiteTable, person: Person, { userId, sessionId }: Principal, number: number) {
  written += 1
  const mark = `${person.email} ${person.name} ${userId} ${written}`
  const ids: Record<string, string | number> = { 'users.id': userId, 'users.number': number, 'sessions.id': sessionId }
  const fillerOf = (column: SQLiteColumn) => {
    const reference = referenceOf(table, column)
    if (reference !== undefined) return ids[reference]
    if (column.dataType === 'boolean') return false
    if (column.columnType === 'SQLiteInteger') return Date.now()
    return column.enumValues?.[0] ?? mark
  }
  const columns = Object.entries(getTableColumns(table))
  return Object.fromEntries(columns.map(([key, column]) => [key, fillerOf(column as SQLiteColumn)]))
}

/** Puts a row about somebody into every table that refers to accounts, and a sign-in at a provider that has no session yet. */
async function fillFor(person: Person, principal: Principal): Promise<void> {
  const own = (await store.database.select().from(users)).find(({ id }) => id === principal.userId)
  for (const table of tables.filter(refersToPerson)) {
    const row = rowAbout(table, person, principal, own?.number ?? 0)
    await store.database.insert(table).values(row as never)
  }
  const [identity] = await store.database
    .select()
    .from(providerIdentities)
    .where(eq(providerIdentities.userId, principal.userId))
  const waiting = rowAbout(providerSessions, person, principal, 0) as typeof providerSessions.$inferInsert
  const { issuer: at, subject } = identity ?? { issuer: '', subject: '' }
  await store.database.insert(providerSessions).values({ ...waiting, issuer: at, subject, sessionId: null })
}

const deletions = {
  'by the person': async ({ userId }: Principal, { visitor }: Person) =>
    void expect(await issuer.accountService.own.delete(userId, visitor)).toBe('deleted'),
  'by an admin': async ({ userId }: Principal) =>
    void expect(await createUserStore(store.database).delete(userId)).not.toBeNull(),
}

describe.each(Object.entries(deletions))('a deletion %s', (_, remove) => {
  test.each([
    ['what the house wrote itself', async () => {}],
    ['a row in every table that refers to accounts', fillFor],
  ])('leaves nothing of the person in any column, with %s', async (_what, fill) => {
    const [going, staying] = [newPerson('Zoë Wegener'), newPerson('Bob Bleibtreu')]
    const [principal, other] = [await live(going), await live(staying)]
    await fill(going, principal)
    await fill(staying, other)
    const [traces, others] = [await tracesOf(going, principal), await tracesOf(staying, other)]
    const before = await findTraces(others)
    await remove(principal, going)
    await events.close()
    const left = [...(await findTraces(traces)).keys()]
    expect(left.filter((place) => !Object.hasOwn(mayRemain, place))).toEqual([])
    const hashed = [...(await findTraces(hashesOf(going))).keys()]
    expect(hashed.filter((place) => !Object.hasOwn(mayRemainHashed, place))).toEqual([])
    const after = await findTraces(others)
    for (const [place, rows] of before) {
      if (!place.startsWith('security_events.')) expect([place, after.get(place)]).toEqual([place, rows])
    }
  })
})

test('the walk finds a person in every table that refers to accounts, and every other table is listed', async () => {
  const person = newPerson('Zoë Wegener')
  const principal = await live(person)
  await fillFor(person, principal)
  const found = [...(await findTraces(await tracesOf(person, principal))).keys()].map((place) => place.split('.')[0])
  const names = tables.map(getTableName)
  expect(names.filter((name) => !found.includes(name) && !Object.hasOwn(withoutPerson, name))).toEqual([])
  const free = tables.filter((table) => !refersToPerson(table) && getTableName(table) !== 'users').map(getTableName)
  expect(free.toSorted()).toEqual(Object.keys(withoutPerson).toSorted())
})

test('what a registration left belongs to its account, and its code is emptied', async () => {
  const { userId } = await join(newPerson('Zoë Wegener'))
  const mails = await store.database.select().from(mailOutbox)
  expect(mails.map((mail) => [mail.userId, mail.recipientKey])).toEqual(Array(3).fill([userId, null]))
  const emptied = { purpose: 'register', userId, payload: '{}', reservedEmailKey: null }
  expect(await store.database.select().from(oneTimeCodes)).toMatchObject([emptied])
})

test('mail about an account that is gone is not kept, and an event says so; mail about none is', async () => {
  await mailer.enqueue({ kind: 'address-taken', to: 'gone@example.com' }, { about: 'gone' })
  await mailer.enqueue({ kind: 'address-taken', to: 'kept@example.com' }, { about: null })
  await events.close()
  expect((await findTraces(['gone@example.com'])).size).toBe(0)
  expect([...(await findTraces(['kept@example.com'])).keys()]).toEqual([
    'mail_outbox.recipient',
    'mail_outbox.recipient_key',
  ])
  expect((await findTraces(['mail.dropped'])).get('security_events.type')).toBe(1)
})

test('a deletion says how many mails it dropped', async () => {
  const person = newPerson('Zoë Wegener')
  const principal = await live(person)
  const waiting = (await store.database.select().from(mailOutbox)).filter(({ sentAt }) => sentAt === null).length
  expect(waiting).toBeGreaterThan(1)
  await issuer.accountService.own.delete(principal.userId, person.visitor)
  await events.close()
  expect((await findTraces([`{"count":${waiting}}`])).get('security_events.detail')).toBe(1)
})
