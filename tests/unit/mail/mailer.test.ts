import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { deriveSecrets } from '../../../app/kernel/index.server.ts'
import type { SecurityEvent } from '../../../app/kernel/index.ts'
import { createMailer, type Mailer, type MailSettings, reencryptOutbox } from '../../../app/mail/index.server.ts'
import { deleteAccount, mailOutbox, users } from '../../../db/index.ts'
import { standingClock } from '../../support/issuer.ts'
import { type MailServer, startMailServer, startSilentServer } from '../../support/mail-server.ts'
import { freePort } from '../../support/server.ts'
import { openTestStore, type TestStore } from '../../support/store.ts'

const minute = 60_000
const day = 24 * 60 * minute
const code = 'ABCDE-FGHJK-MNPQR-STVWX-YZ012-3'
const mail = { kind: 'reset-password', to: 'ada@example.com', code } as const
const settings: MailSettings = {
  APP_ORIGIN: 'https://accounts.example',
  MAIL_FROM: 'Cloakroom <no-reply@accounts.example>',
  SMTP_URL: undefined,
  secrets: deriveSecrets([Buffer.alloc(32, 'test')]),
  isLocal: false,
}

let folder: string
let store: TestStore
let server: MailServer
let clock: ReturnType<typeof standingClock>
let events: SecurityEvent[]
let opened: { close(): void }[]
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cloakroom-mail-'))
  store = openTestStore(`file:${join(folder, 'store.sqlite')}`)
  server = await startMailServer()
  clock = standingClock()
  events = []
  opened = []
})
afterEach(async () => {
  for (const each of opened) each.close()
  await server.close()
  store.close()
  clock.restore()
  rmSync(folder, { recursive: true, force: true })
})

/** A mailer over a connection of its own, as another process would have. */
function openMailer(changes: Partial<MailSettings> = {}): Mailer {
  const own = openTestStore(`file:${join(folder, 'store.sqlite')}`)
  const mailer = createMailer({
    database: own.database,
    settings: { ...settings, SMTP_URL: server.url, ...changes },
    record: (event) => events.push(event),
  })
  opened.push({
    close: () => {
      mailer.close()
      own.close()
    },
  })
  return mailer
}

/** A new process comes up: it looks for work at once. */
const another = (changes: Partial<MailSettings> = {}) => openMailer(changes)
const rows = () => store.database.select().from(mailOutbox).all()

async function until<T>(look: () => T | undefined | false): Promise<T> {
  const deadline = Date.now() + 10_000
  for (;;) {
    const seen = look()
    if (seen) return seen
    if (Date.now() > deadline) throw new Error(`it never came: ${JSON.stringify(rows())}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('sending', () => {
  test('a mail arrives as text and HTML, from and to whom it should, and its texts are forgotten', async () => {
    await openMailer().enqueue(mail, { about: null })
    const [received] = await server.until(1)
    expect(received).toMatchObject({ from: 'no-reply@accounts.example', to: ['ada@example.com'] })
    expect(received?.raw).toMatch(/^From: Cloakroom <no-reply@accounts\.example>\r$/m)
    expect(received?.raw).toMatch(/^Subject: Choose a new password\r$/m)
    expect(received?.raw).toMatch(/^Auto-Submitted: auto-generated\r$/m)
    expect(received?.raw).toMatch(/multipart\/alternative[\s\S]+text\/plain[\s\S]+text\/html/)
    expect(received?.raw).toContain(code)
    const row = await until(() => rows().find(({ sentAt }) => sentAt !== null))
    expect(row).toMatchObject({ text: null, html: null, tries: 1, lastError: null, recipient: '', recipientKey: null })
  })

  test('what waits cannot be read in the store', async () => {
    await openMailer({ SMTP_URL: undefined }).enqueue(mail, { about: null })
    expect(rows()).toHaveLength(1)
    expect(JSON.stringify(rows())).not.toContain('ABCDE')
    expect(JSON.stringify(rows())).not.toContain('accounts.example')
  })

  test('four processes send each mail once', async () => {
    const writer = openMailer({ SMTP_URL: undefined })
    for (let index = 0; index < 30; index++)
      await writer.enqueue({ ...mail, to: `ada${index}@example.com` }, { about: null })
    for (let process = 0; process < 4; process++) another()
    await server.until(30)
    await until(() => rows().every(({ sentAt }) => sentAt !== null))
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(server.received.map(({ to }) => to[0]).toSorted()).toEqual(
      Array.from({ length: 30 }, (_, index) => `ada${index}@example.com`).toSorted(),
    )
  }, 20_000)

  test('a mail waits no longer than the account that it is about; one about no account does', async () => {
    const writer = openMailer({ SMTP_URL: undefined })
    const hash = { passwordHash: '', createdAt: clock.now(), updatedAt: clock.now() }
    const going = { id: 'going', email: mail.to, emailKey: mail.to, name: 'Ada', ...hash }
    const staying = { ...going, id: 'staying', email: 'bob@example.com', emailKey: 'bob@example.com' }
    await store.database.insert(users).values([going, staying])
    await writer.enqueue(mail, { about: 'going' })
    await writer.enqueue({ ...mail, to: 'bob@example.com' }, { about: 'staying' })
    await writer.enqueue({ kind: 'address-taken', to: 'farewell@example.com' }, { about: null })
    expect(await deleteAccount(store.database, 'going')).toEqual({ droppedMails: 1 })
    openMailer()
    await server.until(2)
    await until(() => rows().every(({ sentAt }) => sentAt !== null))
    expect(server.received.map(({ to }) => to[0]).toSorted()).toEqual(['bob@example.com', 'farewell@example.com'])
    expect(
      rows()
        .map(({ recipient }) => recipient)
        .toSorted(),
    ).toEqual(['', 'bob@example.com'])
  })

  test('a mail for nobody costs a row and is never sent', async () => {
    const mailer = openMailer()
    await mailer.enqueue(mail, { about: null, isDecoy: true })
    await mailer.enqueue({ ...mail, to: 'bob@example.com' }, { about: null })
    await server.until(1)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(server.received.map(({ to }) => to)).toEqual([['bob@example.com']])
    expect(rows().find(({ recipient }) => recipient === '')).toMatchObject({ text: null, html: null })
  })

  test('a line break in an address smuggles nothing into the head', async () => {
    await openMailer().enqueue({ ...mail, to: 'ada@example.com\r\nBcc: eve@example.com' }, { about: null })
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    for (const { to, raw } of server.received) {
      expect(to).not.toContain('eve@example.com')
      expect(raw).not.toMatch(/^Bcc:/im)
    }
  })
})

describe('a mail server that', () => {
  test('is dead delays a mail, by waits that double from a minute, and the mail arrives in the end', async () => {
    const dead = `smtp://127.0.0.1:${await freePort()}`
    const start = clock.now()
    await openMailer({ SMTP_URL: dead }).enqueue(mail, { about: null })
    const first = await until(() => rows().find(({ lastError }) => lastError !== null))
    expect(first).toMatchObject({ tries: 1, sentAt: null, nextTryAt: start + minute, lastError: 'ESOCKET' })
    another()
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(server.received).toEqual([])
    clock.step(minute)
    const hopeless = another({ SMTP_URL: dead })
    const second = await until(() => rows().find(({ tries }) => tries === 2))
    expect(second.nextTryAt).toBe(start + 3 * minute)
    hopeless.close()
    clock.step(2 * minute)
    another()
    await server.until(1)
  })

  test('stays dead for a day costs the mail, with an event and without its texts', async () => {
    const dead = `smtp://127.0.0.1:${await freePort()}`
    await openMailer({ SMTP_URL: undefined }).enqueue(mail, { about: null })
    clock.step(day)
    another({ SMTP_URL: dead })
    const row = await until(() => rows().find(({ givenUpAt }) => givenUpAt !== null))
    expect(row).toMatchObject({ text: null, html: null, sentAt: null, lastError: 'ESOCKET' })
    await until(() => events.length > 0)
    expect(events).toEqual([
      { type: 'mail.given_up', outcome: 'failure', detail: { kind: 'reset-password', code: 'ESOCKET', tries: 1 } },
    ])
    another()
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(server.received).toEqual([])
  })

  test('refuses the recipient for good is not asked again', async () => {
    const refusing = await startMailServer({
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no such person'), { responseCode: 550 })),
    })
    await openMailer({ SMTP_URL: refusing.url }).enqueue(mail, { about: null })
    const row = await until(() => rows().find(({ givenUpAt }) => givenUpAt !== null))
    expect(row).toMatchObject({ lastError: '550', tries: 1 })
    await refusing.close()
  })

  test('is busy for the moment is asked again', async () => {
    const busy = await startMailServer({
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error('later'), { responseCode: 451 })),
    })
    await openMailer({ SMTP_URL: busy.url }).enqueue(mail, { about: null })
    const row = await until(() => rows().find(({ lastError }) => lastError !== null))
    expect(row).toMatchObject({ lastError: '451', givenUpAt: null })
    await busy.close()
  })

  test('says nothing holds nobody up', async () => {
    const silent = await startSilentServer()
    const mailer = openMailer({ SMTP_URL: silent.url })
    await mailer.enqueue(mail, { about: null })
    expect(rows()).toMatchObject([{ lastError: null }])
    await until(() => rows().find(({ tries }) => tries === 1))
    // While the first try lasts, nobody else takes the mail.
    another()
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(server.received).toEqual([])
    await silent.close()
  })

  test('offers no TLS beyond loopback gets nothing', async () => {
    const commands: string[] = []
    const plain = await startMailServer({
      onMailFrom: (address, _session, done) => {
        commands.push(address.address)
        done()
      },
    })
    // A name that leads to this machine and is not one of loopback's.
    await openMailer({ SMTP_URL: plain.url.replace('127.0.0.1', '[::ffff:127.0.0.1]') }).enqueue(mail, { about: null })
    const row = await until(() => rows().find(({ lastError }) => lastError !== null))
    expect(row.sentAt).toBeNull()
    expect(commands).toEqual([])
    await plain.close()
  })
})

describe('the mailbox of a development machine', () => {
  test('lists what waits, newest first, with its text', async () => {
    const mailer = openMailer({ SMTP_URL: undefined, isLocal: true })
    await mailer.enqueue(mail, { about: null })
    clock.step(1_000)
    await mailer.enqueue({ kind: 'address-taken', to: 'bob@example.com' }, { about: null })
    const mailbox = (await mailer.readMailbox?.()) ?? []
    expect(mailbox.map(({ to, subject }) => [to, subject])).toEqual([
      ['bob@example.com', 'You already have an account'],
      ['ada@example.com', 'Choose a new password'],
    ])
    expect(mailbox[1]?.text).toContain(code)
  })

  test('is not there beyond loopback or with a mail server', () => {
    expect(openMailer({ SMTP_URL: undefined, isLocal: false }).readMailbox).toBeNull()
    expect(openMailer({ isLocal: true }).readMailbox).toBeNull()
  })

  test('opens nothing that was encrypted with a secret that is gone, or moved to another row', async () => {
    const mailer = openMailer({ SMTP_URL: undefined, isLocal: true })
    await mailer.enqueue(mail, { about: null })
    await mailer.enqueue({ ...mail, to: 'bob@example.com' }, { about: null })
    const [one, other] = rows()
    store.database
      .update(mailOutbox)
      .set({ text: one?.text ?? '' })
      .run()
    expect((await mailer.readMailbox?.())?.filter(({ text }) => text.includes(code))).toHaveLength(1)
    expect(other?.text).not.toBe(one?.text)
    const stranger = openMailer({
      SMTP_URL: undefined,
      isLocal: true,
      secrets: deriveSecrets([Buffer.alloc(32, 'new')]),
    })
    expect(JSON.stringify(await stranger.readMailbox?.())).not.toContain('ABCDE')
  })

  test('opens what was encrypted anew before its secret went', async () => {
    await openMailer({ SMTP_URL: undefined, isLocal: true }).enqueue(mail, { about: null })
    const renewed = deriveSecrets([Buffer.alloc(32, 'new'), Buffer.alloc(32, 'test')])
    await reencryptOutbox(store.database, renewed, renewed.slice(0, 1))
    const successor = openMailer({ SMTP_URL: undefined, isLocal: true, secrets: renewed.slice(0, 1) })
    expect((await successor.readMailbox?.())?.[0]?.text).toContain(code)
  })
})
