import type { Transporter } from 'nodemailer'
import { isLoopback, readLate } from '../kernel/index.server.ts'

/** One mail as it goes out. */
export type OutgoingMail = {
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

export type MailTransport = {
  /** Rejects when the server did not take the mail, at the latest after `longestTryMs`. */
  send(mail: OutgoingMail): Promise<void>
  close(): void
}

/** No try takes longer, whatever the server does; shorter than the shortest wait between two tries. */
export const longestTryMs = 45_000

/** A connection to the server of `SMTP_URL`. Beyond loopback nothing is said without TLS: mails hold codes. */
export function createMailTransport({ SMTP_URL, MAIL_FROM }: { SMTP_URL: string; MAIL_FROM: string }): MailTransport {
  const server = new URL(SMTP_URL)
  const secure = server.protocol === 'smtps:'
  const isLocal = isLoopback(server.hostname)
  const options = {
    host: server.hostname.replace(/^\[|\]$/g, ''),
    port: Number(server.port || (secure ? 465 : 587)),
    secure,
    requireTLS: !secure && !isLocal,
    // A server on this machine may offer STARTTLS with a certificate that nobody signed.
    ignoreTLS: !secure && isLocal,
    ...(server.username === ''
      ? {}
      : { auth: { user: decodeURIComponent(server.username), pass: decodeURIComponent(server.password) } }),
    ...{ connectionTimeout: 10_000, greetingTimeout: 10_000, dnsTimeout: 10_000, socketTimeout: 20_000 },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  }
  // Forty files, which the first mail waits for and not the start.
  let opened: Transporter | null = null
  const open = readLate(async () => {
    opened = (await import('nodemailer')).createTransport(options)
    return opened
  })
  const host = /@([^>]+)>?$/.exec(MAIL_FROM)?.[1] ?? 'localhost'
  return {
    send: async ({ id, to, subject, text, html }) => {
      const transport = await open()
      await withinTime(
        transport.sendMail({
          from: MAIL_FROM,
          to: { name: '', address: to },
          ...{ subject, text, html },
          // The same at every try, so that a mail that arrives twice is known to be one.
          messageId: `<${id}@${host}>`,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        }),
      )
    },
    close: () => opened?.close(),
  }
}

/** Waits for `work`, but never longer than a try may take. */
async function withinTime(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    const fail = () => reject(Object.assign(new Error('the mail server took too long'), { code: 'ETIMEDOUT' }))
    timer = setTimeout(fail, longestTryMs).unref()
  })
  try {
    await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}

/** What went wrong as a code, such as `ECONNREFUSED` or `550`; a server's words may hold addresses. */
export function failureCode(error: unknown): string {
  const { responseCode, code } = (error ?? {}) as { responseCode?: unknown; code?: unknown }
  if (typeof responseCode === 'number') return String(responseCode)
  return typeof code === 'string' && /^[A-Z_]{2,40}$/.test(code) ? code : 'unknown'
}

/** True when the server has refused this very mail for good (RFC 5321, 4.2.1), so that asking again is no use. */
export function isFinalRefusal(error: unknown): boolean {
  const { responseCode, code } = (error ?? {}) as { responseCode?: unknown; code?: unknown }
  return typeof responseCode === 'number' && responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE')
}
