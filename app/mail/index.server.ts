import { randomBytes } from 'node:crypto'
import type { Database } from '../../db/index.ts'
import { emailKeyOf, type MailboxEntry, type PostMail } from '../contract/index.ts'
import { decryptText, deriveKeyRing, encryptText, type Settings } from '../kernel/index.server.ts'
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
  sender?.wake()

  return {
    async enqueue(mail, { about, isDecoy = false }) {
      const id = nextId()
      const { subject, text, html } = renderMail(writeMail(mail), APP_ORIGIN)
      const at = now()
      const [encryptedText, encryptedHtml] = [encryptText(ring, text, id), encryptText(ring, html, id)]
      const isKept = await store.insert({
        ...{ id, kind: mail.kind, recipient: isDecoy ? '' : mail.to, subject, createdAt: at, nextTryAt: at, tries: 0 },
        text: isDecoy ? null : encryptedText,
        html: isDecoy ? null : encryptedHtml,
        ...{ sentAt: isDecoy ? at : null, givenUpAt: null, lastError: null, userId: about },
        recipientKey: about === null && !isDecoy ? emailKeyOf(mail.to) : null,
      })
      if (isKept) sender?.wake()
      else if (about !== null) {
        record({ type: 'mail.dropped', outcome: 'success', subjectId: about, detail: { kind: mail.kind } })
      }
    },
    readMailbox:
      settings.isLocal && sender === null
        ? async () =>
            (await store.listWaiting(mailboxSize)).map((row) => toEntry(row, decryptText(ring, row.text ?? '', row.id)))
        : null,
    close: () => sender?.close(),
  }
}

/** Encrypts the texts of waiting mails with the newest of these secrets; what none of them opens stays as it is. */
export async function reencryptOutbox(database: Database, secrets: Settings['secrets'], to: Settings['secrets']) {
  const [from, ring] = [deriveKeyRing(secrets, 'mail-outbox'), deriveKeyRing(to, 'mail-outbox')]
  const store = createOutboxStore(database)
  for (let behind = ''; ; ) {
    const rows = await store.listEncryptedOtherwise(ring.newest.id, behind)
    for (const row of rows) {
      const [text, html] = [decryptText(from, row.text ?? '', row.id), decryptText(from, row.html ?? '', row.id)]
      if (text === null || html === null) continue
      await store.reencrypt(row.id, { text: encryptText(ring, text, row.id), html: encryptText(ring, html, row.id) })
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
  return {
    id,
    to: recipient,
    subject,
    createdAt,
    text: text ?? 'The secret that this mail was encrypted with is gone.',
  }
}
