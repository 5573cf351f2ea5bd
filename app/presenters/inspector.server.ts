import type { Fact } from '../components/inspector/shown.ts'
import { lengthInWords } from '../components/text/timestamp.tsx'
import type { AccessInspection, BrowserInspection, InspectedCookie, SessionInspection } from '../contract/index.ts'
import { message, type PlainMessage, plural, t } from '../i18n/index.ts'

/** What the cookies are to somebody who holds them. */
const cookieWords: Record<string, readonly [title: PlainMessage, words: PlainMessage]> = {
  refresh: [
    message('Your ticket'),
    message(
      'A number that names your session. It holds no name, no role and no data, and the API would not know what to do with it.',
    ),
  ],
  bound: [
    message('The stamp of your device'),
    message('Says that your browser has just signed with a key that never leaves this device. It lasts for minutes.'),
  ],
  preSession: [
    message('The seal of a form'),
    message('Ties a sign-in form to this browser, so that another site cannot sign you in.'),
  ],
  device: [
    message('The mark of a known browser'),
    message('Wrong guesses by strangers cannot lock this browser out of your account.'),
  ],
  step: [
    message('The ticket of a second step'),
    message('Says that the password was right. It opens the second step and nothing else.'),
  ],
  trust: [
    message('The mark of a trusted browser'),
    message('You asked this browser not to be asked for the second step for a while.'),
  ],
  preferences: [
    message('The look and language'),
    message('What you chose for the pages. It says nothing about anybody and opens nothing.'),
  ],
}

const attributeWords: Record<string, PlainMessage> = {
  'Path=/': message('the whole site'),
  Secure: message('never travels unencrypted'),
  HttpOnly: message('no script can read it'),
  'SameSite=Lax': message('forms and scripts of other sites do not bring it along'),
  'SameSite=Strict': message('nothing on another site brings it along, links included'),
}

/** The cookies that came along with the request, and the names of those that did not. */
export function cookiesInWords({ cookies, otherBytes }: BrowserInspection, inspection: SessionInspection) {
  const held = cookies.filter(({ bytes }) => bytes !== null)
  const absent = cookies.filter(({ bytes }) => bytes === null)
  return {
    held: held.map((cookie) => cookieInWords(cookie, cookie.key === 'refresh' ? ageOfTicket(inspection) : null)),
    absent: absent.map(({ key, name, purpose }) => ({ name, words: say(cookieWords[key]?.[1]) ?? purpose })),
    otherBytes,
  }
}

function cookieInWords({ key, name, purpose, attributes, maxAgeMs, bytes }: InspectedCookie, age: Fact | null) {
  const [title, words] = cookieWords[key] ?? []
  const life =
    maxAgeMs === null
      ? t('Browsers do not tell. It lives until the browser is closed.')
      : t('Browsers do not tell. It lives {length} at most.', { length: lengthInWords(maxAgeMs) })
  const facts: Fact[] = [
    { term: t('Name'), text: name, why: t(nameRule) },
    {
      term: t('Attributes'),
      text: attributes.join('; '),
      why: t('That is: {words}.', { words: attributes.map((each) => say(attributeWords[each]) ?? each).join('; ') }),
    },
    {
      term: t('Size'),
      text: t('{count} bytes with its name', { count: bytes ?? 0 }),
      why: t(age ? sizeRule : message('No room for anything about you.')),
    },
    age ?? { term: t('Age'), text: t('not known'), why: life },
  ]
  return { key, title: say(title) ?? name, words: say(words) ?? purpose, facts }
}

const say = (text: PlainMessage | undefined) => (text === undefined ? undefined : t(text))

function ageOfTicket({ at, session: { generation, rotatedAt } }: SessionInspection): Fact {
  const why =
    generation === 0
      ? message('Counted from when you signed in.')
      : message('Counted from when it was last replaced. A copy that somebody took before that gives itself away.')
  return { term: t('Age'), text: ageInWords(at - rotatedAt), why: t(why) }
}

const nameRule = message(
  'Browsers take a name with __Host- from this very host only, and one with __Host-Http- never from a script: nobody can plant it.',
)
const sizeRule = message('A token with your data in it would be ten times as long, and travel with every picture.')

/** The row of the session, fact by fact. */
export function sessionInWords({ at, session, idleEndsAt, rotatesAt }: SessionInspection): Fact[] {
  const { generation, rotatedAt, confirmedAt, expiresAt, createdAt, binding } = session
  return [
    {
      term: t('Generation'),
      text: String(generation),
      why: t('How often your ticket has been replaced. The server keeps this number, not the ticket itself.'),
    },
    {
      term: t('Last replaced'),
      at: generation === 0 ? createdAt : rotatedAt,
      why:
        at >= rotatesAt
          ? t('Due again: your next click gets a new one.')
          : t('Due again in {time}.', { time: ageInWords(rotatesAt - at) }),
    },
    {
      term: t('Confirmed'),
      ...(confirmedAt === null ? { text: t('not yet') } : { at: confirmedAt }),
      why: t(
        'When your browser first showed the newest ticket. Until then the one before it still counts: the answer may have been lost.',
      ),
    },
    binding === null
      ? {
          term: t('Bound to a device'),
          text: t('no'),
          why: t('Your browser has no key for it, so a copy of the cookies would work until it gives itself away.'),
        }
      : {
          term: t('Bound to a device'),
          at: binding.proof?.issuedAt ?? binding.boundAt,
          why: t('When its key was last used. Cookies that somebody copies are worth nothing minutes later.'),
        },
    {
      term: t('Ends when unused'),
      at: idleEndsAt,
      why: t('Somebody who finds your laptop next month finds it signed out.'),
    },
    {
      term: t('Ends for good'),
      at: expiresAt,
      why: t('Replacing the ticket never moves this. Then you sign in again.'),
    },
  ]
}

const claimWords: Record<string, readonly [term: PlainMessage, why: PlainMessage]> = {
  iss: [message('Issued by (iss)'), message('Only one address may issue tokens for the API.')],
  aud: [message('Meant for (aud)'), message('Any other API would turn it away.')],
  sub: [message('About (sub)'), message('You, as the API knows you.')],
  email: [message('Your address (email)'), message('So that the API need not ask who you are.')],
  roles: [
    message('Roles (roles)'),
    message('Taken fresh from the store: a role that was withdrawn a second ago is gone.'),
  ],
  client_id: [message('Used by (client_id)'), message('The server you are talking to, not your browser.')],
  sid: [message('Session (sid)'), message('The row above.')],
  amr: [message('Signed in with (amr)'), message('How you proved who you are.')],
  jti: [message('Its own number (jti)'), message('No two requests have the same.')],
}

/** The access token of the request at hand, as the API read it. Claims stand as they are in it, in every language. */
export function accessInWords(access: AccessInspection): { facts: Fact[]; claims: Fact[] } {
  const { alg, kid, claims, issuedAt, expiresAt, at } = access
  const facts: Fact[] = [
    {
      term: t('Life so far'),
      text: at - issuedAt < 1_000 ? t('less than a second') : ageInWords(at - issuedAt),
      why: t(
        'It was minted for this very request and is forgotten with it. Even if it leaked, it would end in {time}.',
        { time: ageInWords(expiresAt - at) },
      ),
    },
    {
      term: t('Verified by'),
      text: t('the API {audience}; {algorithm}, key {key}', {
        audience: claimText(claims.aud),
        algorithm: alg,
        key: kid ?? t('without a name'),
      }),
      why: t('The API trusts no cookie and no network: it checks the signature against the published keys.'),
    },
  ]
  const told = Object.entries(claimWords).filter(([name]) => claims[name] !== undefined)
  return {
    facts,
    claims: told.map(([name, [term, why]]) => ({ term: t(term), text: claimText(claims[name]), why: t(why) })),
  }
}

function claimText(claim: unknown): string {
  if (Array.isArray(claim)) return claim.join(', ')
  return typeof claim === 'string' ? claim : JSON.stringify(claim)
}

/** "12 seconds", "3 minutes", "6 days". */
export function ageInWords(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000))
  return seconds < 120 ? plural('{count} second|{count} seconds', seconds) : lengthInWords(milliseconds)
}
