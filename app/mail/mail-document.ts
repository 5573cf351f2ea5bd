import { currentLanguage } from '../i18n/index.ts'

/** What a template writes: a subject and a row of blocks, rendered once as text and once as HTML. */
export type MailDocument = { readonly subject: string; readonly blocks: readonly Block[] }

export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  /** A page of ours, without a code. */
  | { readonly kind: 'link'; readonly label: string; readonly path: string }
  /** A page of ours where a code is entered: in the link's fragment, which never reaches a server, and to type. */
  | { readonly kind: 'code'; readonly label: string; readonly path: string; readonly code: string }

export function paragraph(text: string): Block {
  return { kind: 'paragraph', text }
}

export function link(label: string, path: string): Block {
  return { kind: 'link', label, path }
}

export function codeEntry(label: string, path: string, code: string): Block {
  return { kind: 'code', label, path, code }
}

const dates = new Map<string, Intl.DateTimeFormat>()

/** "Saturday, 21 November 2026 at 12:00 UTC": in the language at hand. */
export function moment(at: number): string {
  const locale = currentLanguage() === 'en' ? 'en-GB' : currentLanguage()
  // Making one takes longer than all else of a mail.
  const format =
    dates.get(locale) ?? new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' })
  dates.set(locale, format)
  return `${format.format(at)} UTC`
}
