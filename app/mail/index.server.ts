import { randomBytes } from 'node:crypto'
import type { Database } from '../../db/index.ts'
import { emailKeyOf, type MailboxEntry, type PostMail } from '../contract/index.ts'
import { deriveKeyRing, openText, type Settings, sealText } from '../kernel/index.server.ts'
import { now, type RecordEvent } from '../kernel/index.ts'
import { createMailSender } from './mail-sender.ts'
import { createMailTransport } from './mail-transport.ts'
import { createOutboxStore, type OutboxRow } from './outbox-store.ts'
import { renderMail } from './render-mail.ts'
import { writeMail } from './templates/index.ts'

export type MailSettings = Pick<Settings, 'APP_ORIGIN' | 'SMTP_URL' | 'MAIL_FROM' | 'secrets' | 'isLocal'>

export type Mailer = {
  /** Puts a mail into the outbox, unless its account is gone. Throws only when the store does; the mail server has no say here. */
  enqueue: PostMail
  /** The mails that nobody sends, newest first; null outside a development machine. */
  readonly readMailbox: (() => Promise<MailboxEntry[]>) | null
  close(): void
}

type Deps = { database: Database; settings: MailSettings; record: RecordEvent }

const mailboxSize = 50

/**
 * The outbox and whoever empties it. Without `SMTP_URL` mails wait: on loopback they can be read at `/dev/mail`,
 * elsewhere a process that has a mail server will find them.
 */
export function createMailer({ database, settings, record }: Deps): Mailer {
  const { APP_ORIGIN, SMTP_URL, MAIL_FROM } = settings
  const store = createOutboxStore(database)
  const ring = deriveKeyRing(settings.secrets, 'mail-outbox')
  const sender =
    SMTP_URL === undefined
      ? null
      : createMailSender({ store, ring, record, transport: createMailTransport({ SMTP_URL, MAIL_FROM }) })
  sender?.poke()

  return {
    async enqueue(mail, { about, isDecoy = false }) {
      const id = nextId()
      const { subject, text, html } = renderMail(writeMail(mail), APP_ORIGIN)
      const at = now()
      const [sealedText, sealedHtml] = [sealText(ring, text, id), sealText(ring, html, id)]
      const isKept = await store.insert({
        ...{ id, kind: mail.kind, recipient: isDecoy ? '' : mail.to, subject, createdAt: at, nextTryAt: at, tries: 0 },
        text: isDecoy ? null : sealedText,
        html: isDecoy ? null : sealedHtml,
        ...{ sentAt: isDecoy ? at : null, givenUpAt: null, lastError: null, userId: about },
        recipientKey: about === null && !isDecoy ? emailKeyOf(mail.to) : null,
      })
      if (isKept) sender?.poke()
      else if (about !== null) {
        record({ type: 'mail.dropped', outcome: 'success', subjectId: about, detail: { kind: mail.kind } })
      }
    },
    readMailbox:
      settings.isLocal && sender === null
        ? async () =>
            (await store.listWaiting(mailboxSize)).map((row) => toEntry(row, openText(ring, row.text ?? '', row.id)))
        : null,
    close: () => sender?.close(),
  }
}

/** Seals the texts of waiting mails with the newest of these secrets; what none of them opens stays as it is. */
export async function resealOutbox(database: Database, secrets: Settings['secrets'], to: Settings['secrets']) {
  const [from, ring] = [deriveKeyRing(secrets, 'mail-outbox'), deriveKeyRing(to, 'mail-outbox')]
  const store = createOutboxStore(database)
  for (let behind = ''; ; ) {
    const rows = await store.listSealedOtherwise(ring.newest.id, behind)
    for (const row of rows) {
      const [text, html] = [openText(from, row.text ?? '', row.id), openText(from, row.html ?? '', row.id)]
      if (text === null || html === null) continue
      await store.reseal(row.id, { text: sealText(ring, text, row.id), html: sealText(ring, html, row.id) })
    }
    const last = rows.at(-1)
    if (!last) return
    behind = last.id
  }
}

let written = 0

/** Random, behind a number that counts up: mails of one moment keep their order. */
function nextId(): string {
  written += 1
  return written.toString(36).padStart(6, '0') + randomBytes(16).toString('base64url')
}

function toEntry({ id, recipient, subject, createdAt }: OutboxRow, text: string | null): MailboxEntry {
  return { id, to: recipient, subject, createdAt, text: text ?? 'The secret that this mail was sealed with is gone.' }
}
