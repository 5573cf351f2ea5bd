import { decodeEntities } from './answer.ts'
import { Client } from './browser-client.ts'

type Site = { readonly origin: string }
export type ShownMail = { to: string; subject: string; text: string }

/** What the mailbox page of a server without a mail server shows, newest first. */
export async function readMailbox(site: Site): Promise<ShownMail[]> {
  const page = await new Client(site).get('/dev/mail')
  if (page.status !== 200) throw new Error(`the mailbox page answers ${page.status}`)
  return page.html.querySelectorAll('article.mail').map((article) => ({
    to: /To (\S+),/.exec(article.querySelector('.meta')?.textContent ?? '')?.[1] ?? '',
    subject: article.querySelector('h2')?.textContent ?? '',
    // The parser leaves what stands in a `pre` as it is written.
    text: decodeEntities((article.querySelector('.mail-text')?.innerHTML ?? '').replaceAll(/<[^>]*>/g, '')),
  }))
}

/** The newest mail to somebody, or to them about something. Throws when there is none. */
export async function mailTo(site: Site, to: string, subject?: string): Promise<ShownMail> {
  const mails = await readMailbox(site)
  const mail = mails.find((each) => each.to === to && (subject === undefined || each.subject === subject))
  if (mail) return mail
  throw new Error(`no mail to ${to} among ${JSON.stringify(mails.map((each) => [each.to, each.subject]))}`)
}

/** The code in the text of a mail, from the line that it is typed from. */
export function codeIn(text: string): string {
  const code = /^(?:[0-9A-Z]{5}-){5}[0-9A-Z]$/m.exec(text)?.[0]
  if (code === undefined) throw new Error(`there is no code in: ${text}`)
  return code
}

export async function codeTo(site: Site, to: string, subject?: string): Promise<string> {
  return codeIn((await mailTo(site, to, subject)).text)
}
