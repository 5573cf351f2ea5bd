import type { AccessInspection, BrowserInspection, InspectedCookie, SessionInspection } from '../contract/index.ts'
import { lengthInWords } from './timestamp.tsx'

/** One thing that is known, in words: `text`, or a moment (`at`, in milliseconds), and why it matters. */
export type Fact = { term: string; text?: string; at?: number; why: string }

/** What the cookies are to somebody who holds them. */
const cookieWords: Record<string, readonly [title: string, words: string]> = {
  refresh: [
    'Your ticket',
    'A number that names your session. It holds no name, no role and no data, and the API would not know what to do with it.',
  ],
  preSession: ['The seal of a form', 'Ties a sign-in form to this browser, so that another site cannot sign you in.'],
  device: ['The mark of a known browser', 'Wrong guesses by strangers cannot lock this browser out of your account.'],
  step: ['The ticket of a second step', 'Says that the password was right. It opens the second step and nothing else.'],
  trust: ['The mark of a trusted browser', 'You asked this browser not to be asked for the second step for a while.'],
}

const attributeWords: Record<string, string> = {
  'Path=/': 'the whole site',
  Secure: 'never travels unencrypted',
  HttpOnly: 'no script can read it',
  'SameSite=Lax': 'forms and scripts of other sites do not bring it along',
  'SameSite=Strict': 'nothing on another site brings it along, links included',
}

/** The cookies that came along with the request, and the names of those that did not. */
export function cookiesInWords({ cookies, otherBytes }: BrowserInspection, inspection: SessionInspection) {
  const held = cookies.filter(({ bytes }) => bytes !== null)
  const absent = cookies.filter(({ bytes }) => bytes === null)
  return {
    held: held.map((cookie) => cookieInWords(cookie, cookie.key === 'refresh' ? ageOfTicket(inspection) : null)),
    absent: absent.map(({ name, purpose }) => ({ name, purpose })),
    otherBytes,
  }
}

function cookieInWords({ key, name, purpose, attributes, maxAgeMs, bytes }: InspectedCookie, age: Fact | null) {
  const [title = name, words = purpose] = cookieWords[key] ?? []
  const life = maxAgeMs === null ? 'until the browser is closed' : `${lengthInWords(maxAgeMs)} at most`
  const facts: Fact[] = [
    { term: 'Name', text: name, why: nameRule },
    {
      term: 'Attributes',
      text: attributes.join('; '),
      why: `That is: ${attributes.map((each) => attributeWords[each] ?? each).join('; ')}.`,
    },
    { term: 'Size', text: `${bytes} bytes with its name`, why: age ? sizeRule : 'No room for anything about you.' },
    age ?? { term: 'Age', text: 'not known', why: `Browsers do not tell. It lives ${life}.` },
  ]
  return { key, title, words, facts }
}

function ageOfTicket({ at, session: { generation, rotatedAt } }: SessionInspection): Fact {
  const why =
    generation === 0
      ? 'Counted from when you signed in.'
      : 'Counted from when it was last replaced. A copy that somebody took before that gives itself away.'
  return { term: 'Age', text: ageInWords(at - rotatedAt), why }
}

const nameRule =
  'Browsers take a name with __Host- from this very host only, and one with __Host-Http- never from a script: nobody can plant it.'
const sizeRule = 'A token with your data in it would be ten times as long, and travel with every picture.'

/** The row of the session, fact by fact. */
export function sessionInWords({ at, session, idleEndsAt, rotatesAt }: SessionInspection): Fact[] {
  const { generation, rotatedAt, confirmedAt, expiresAt, createdAt } = session
  return [
    {
      term: 'Generation',
      text: String(generation),
      why: 'How often your ticket has been replaced. The server keeps this number, not the ticket itself.',
    },
    {
      term: 'Last replaced',
      at: generation === 0 ? createdAt : rotatedAt,
      why:
        at >= rotatesAt ? 'Due again: your next click gets a new one.' : `Due again in ${ageInWords(rotatesAt - at)}.`,
    },
    {
      term: 'Confirmed',
      ...(confirmedAt === null ? { text: 'not yet' } : { at: confirmedAt }),
      why: 'When your browser first showed the newest ticket. Until then the one before it still counts: the answer may have been lost.',
    },
    { term: 'Ends when unused', at: idleEndsAt, why: 'Somebody who finds your laptop next month finds it signed out.' },
    { term: 'Ends for good', at: expiresAt, why: 'Replacing the ticket never moves this. Then you sign in again.' },
  ]
}

const claimWords: Record<string, readonly [term: string, why: string]> = {
  iss: ['Issued by (iss)', 'Only one address may issue tokens for the API.'],
  aud: ['Meant for (aud)', 'Any other API would turn it away.'],
  sub: ['About (sub)', 'You, as the API knows you.'],
  email: ['Your address (email)', 'So that the API need not ask who you are.'],
  roles: ['Roles (roles)', 'Taken fresh from the store: a role that was withdrawn a second ago is gone.'],
  client_id: ['Used by (client_id)', 'The server you are talking to, not your browser.'],
  sid: ['Session (sid)', 'The row above.'],
  amr: ['Signed in with (amr)', 'How you proved who you are.'],
  jti: ['Its own number (jti)', 'No two requests have the same.'],
}

/** The access token of the request at hand, as the API read it. */
export function accessInWords(access: AccessInspection): { facts: Fact[]; claims: Fact[] } {
  const { alg, kid, claims, issuedAt, expiresAt, at } = access
  const facts: Fact[] = [
    {
      term: 'Life so far',
      text: at - issuedAt < 1_000 ? 'less than a second' : ageInWords(at - issuedAt),
      why: `It was minted for this very request and is forgotten with it. Even if it leaked, it would end in ${ageInWords(expiresAt - at)}.`,
    },
    {
      term: 'Verified by',
      text: `the API ${claimText(claims.aud)}; ${alg}, key ${kid ?? 'without a name'}`,
      why: 'The API trusts no cookie and no network: it checks the signature against the published keys.',
    },
  ]
  const told = Object.entries(claimWords).filter(([name]) => claims[name] !== undefined)
  return { facts, claims: told.map(([name, [term, why]]) => ({ term, text: claimText(claims[name]), why })) }
}

function claimText(claim: unknown): string {
  if (Array.isArray(claim)) return claim.join(', ')
  return typeof claim === 'string' ? claim : JSON.stringify(claim)
}

/** "12 seconds", "3 minutes", "6 days". */
export function ageInWords(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000))
  return seconds < 120 ? `${seconds} second${seconds === 1 ? '' : 's'}` : lengthInWords(milliseconds)
}
