import type { mails } from './de/mails.ts'
import type { Message, PageMessage } from './index.ts'

/** A language beside English: each text by its English one. */
export type Catalogue = {
  /** What pages say. Browsers get these. */
  pages: Readonly<Record<PageMessage, string>>
  mails: Readonly<Record<keyof typeof mails, string>>
  /** What servers put ready for a page. */
  served: Readonly<Record<Exclude<Message, PageMessage | keyof typeof mails>, string>>
  /** Sentences that servers write in English: refusals, and what is wrong with an input. */
  refusals: Readonly<Record<string, string>>
}
