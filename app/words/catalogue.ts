import type { Message, PageMessage } from './index.ts'

/** A language beside English: each text by its English one. */
export type Catalogue = {
  /** What pages say. Browsers get these. */
  pages: Readonly<Record<PageMessage, string>>
  mails: Readonly<Record<Exclude<Message, PageMessage>, string>>
  /** Sentences that servers write in English: refusals, and what is wrong with an input. */
  refusals: Readonly<Record<string, string>>
}
