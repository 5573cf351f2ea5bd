import type { StoredEvent } from '../contract/index.ts'
import { message, type PlainMessage, plural, t } from '../i18n/index.ts'
import { eventName } from './event-names.server.ts'

// For servers alone: browsers are not sent these words.

const names: Readonly<Record<string, PlainMessage>> = {
  reason: message('reason'),
  of: message('of'),
  factor: message('factor'),
  left: message('left'),
  provider: message('provider'),
  kid: message('key'),
  alg: message('algorithm'),
  cause: message('cause'),
  secret: message('secret'),
  resealed: message('encrypted anew'),
  tried: message('tried (pseudonym)'),
  newDevice: message('new browser'),
  purpose: message('purpose'),
  kind: message('kind'),
  code: message('code'),
  tries: message('tries'),
  from: message('from'),
  to: message('to'),
  count: message('count'),
  type: message('type'),
  role: message('role'),
  path: message('path'),
  method: message('method'),
  format: message('format'),
  presented: message('presented'),
  generation: message('generation'),
}

const reasons: Readonly<Record<string, PlainMessage>> = {
  signout: message('signed out'),
  replaced: message('signed in again in the same browser'),
  ended: message('ended by the person'),
  'ended-by-admin': message('ended by an admin'),
  reuse: message('an old copy was used'),
  disabled: message('the account was disabled'),
  'too-many': message('too many sessions of the account'),
  'password-changed': message('the password was changed'),
  'password-reset': message('a new password was chosen'),
  'address-changed': message('the email address was changed'),
  'address-restored': message('the earlier email address was restored'),
  provider: message('the provider said so'),
  malformed: message('damaged'),
  unknown: message('unknown'),
  'reset-required': message('a new password is needed'),
  'email-taken': message('the address has an account'),
  account: message('too many tries for the account'),
  address: message('too many tries from the address'),
  wrong: message('wrong'),
  used: message('used before'),
  foreign: message('of another session'),
  key: message('no key that is taken here'),
  signature: message('not signed by the key'),
  challenge: message('not a challenge for it'),
  session: message('no such session'),
  bound: message('bound already'),
  none: message('there is none'),
  unreadable: message('cannot be read'),
  'not-verified': message('not verified'),
  'challenge-used': message('challenge used before'),
  'logout-token': message('the logout token was not accepted'),
  common: message('a common password'),
  breached: message('a password from a data breach'),
  sequence: message('a sequence'),
  repetition: message('a repetition'),
  'own-words': message('words about the person'),
}

const values: Readonly<Record<string, Readonly<Record<string, PlainMessage>>>> = {
  reason: reasons,
  factor: { totp: message('authenticator app'), passkey: message('passkey') },
  of: { 'second-factor': message('second factor') },
  cause: { schedule: message('schedule'), command: message('command') },
  newDevice: { true: message('yes'), false: message('no') },
}

const roles: Readonly<Record<string, PlainMessage>> = { user: message('user'), admin: message('admin') }

/** A role as people read it; one that an operator made up stays as it is. */
export function roleName(role: string): string {
  return say(roles, role)
}

/** A reason code of an event in words; a code that is not known stays one. */
export function reasonInWords(reason: unknown): string {
  return reason === undefined ? t('no reason given') : say(reasons, String(reason))
}

/** The short facts of an event for admins, such as `reason: ended by the person, count: 2`. Exports keep the codes. */
export function factsOf({ type, detail }: Pick<StoredEvent, 'type' | 'detail'>): string {
  if (type === 'events.summarised') return summaryOf(detail)
  return Object.entries(detail ?? {})
    .map(([name, fact]) => `${say(names, name)}: ${factInWords(name, String(fact))}`)
    .join(', ')
}

/** What was counted instead of written one by one. */
function summaryOf(detail: StoredEvent['detail']): string {
  const { type, count = 0, addresses = 0 } = detail ?? {}
  const words = { type: eventName(String(type)), addresses: Number(addresses) }
  return plural(
    '{count} more of “{type}” in this minute, from about {addresses} network addresses|{count} more of “{type}” in this minute, from about {addresses} network addresses',
    Number(count),
    words,
  )
}

function factInWords(name: string, fact: string): string {
  if (name === 'role' || name === 'from' || name === 'to') return roleName(fact)
  return name === 'type' ? eventName(fact) : say(values[name] ?? {}, fact)
}

function say(words: Readonly<Record<string, PlainMessage>>, code: string): string {
  const text = Object.hasOwn(words, code) ? words[code] : undefined
  return text === undefined ? code : t(text)
}
