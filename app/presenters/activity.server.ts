import type { SessionEnd, StoredEvent } from '../contract/index.ts'
import { message, type PlainMessage, t } from '../i18n/index.ts'
import { type EventType, eventTypes } from '../kernel/index.ts'

type Words = PlainMessage | ((event: StoredEvent) => PlainMessage)

const ended: Record<Exclude<SessionEnd, 'signout'>, PlainMessage> = {
  ended: message('You ended a session'),
  replaced: message('A session ended because the same browser signed in again'),
  reuse: message('A session ended because an old copy of its ticket was used'),
  disabled: message('A session ended because the account was disabled'),
  expired: message('A session ended because it reached its longest time'),
  idle: message('A session ended because it was not used for a while'),
  'too-many': message('A session ended because there were too many; it was not used for the longest time'),
  'ended-by-admin': message('An admin ended your sessions'),
  'password-changed': message('A session ended because the password was changed'),
  'password-reset': message('A session ended because a new password was chosen'),
  'address-changed': message('A session ended because the email address was changed'),
  'address-restored': message('A session ended because the earlier email address was restored'),
  provider: message('A session ended because the provider that you signed in with said so'),
}

/** What a person is told about their own account. Types that are not here are our own bookkeeping. */
const activityWords: Partial<Record<EventType, Words>> = {
  'account.registered': message('You registered'),
  'account.disabled': aboutYou(message('An admin disabled your account'), message('You disabled an account')),
  'account.enabled': aboutYou(message('An admin enabled your account'), message('You enabled an account')),
  'account.deleted': aboutYou(message('Your account was deleted'), message('You deleted an account')),
  'account.exported': message('You downloaded your data'),
  'account.reset_required': aboutYou(
    message('An admin asked you for a new password'),
    message('You asked somebody for a new password'),
  ),
  'account.role_changed': aboutYou(message('Your role was changed'), message('You changed the role of somebody')),
  'account.password_changed': message('Your password was changed'),
  'account.email_verified': message('You confirmed your email address'),
  'account.email_change_requested': message('A change of your email address was asked for'),
  'account.email_changed': message('Your email address was changed'),
  'account.email_restored': message('Your earlier email address was restored'),
  'password.reset_requested': message('A code for a forgotten password was asked for'),
  'password.reset': message('A new password was chosen with a code from a mail'),
  'signin.succeeded': ({ detail }) =>
    detail?.newDevice ? message('You signed in, for the first time on this browser') : message('You signed in'),
  'signin.failed': ({ detail }) =>
    detail?.reason === 'reset-required'
      ? message('Somebody signed in with a password that has to be replaced')
      : message('Somebody tried to sign in with a wrong password'),
  'signin.disabled': message('Somebody tried to sign in while the account was disabled'),
  signout: message('You signed out'),
  'factor.added': message('A second way to prove who you are was added'),
  'factor.removed': message('A second way to prove who you are was removed'),
  'factor.used': message('A code or a passkey was used'),
  'factor.refused': message('A code or a passkey was refused'),
  'recovery_code.used': message('A recovery code was used'),
  'recovery_codes.renewed': message('New recovery codes were made'),
  'trusted_browsers.forgotten': message('Every browser asks for the second step again'),
  'provider.linked': message('An account elsewhere was linked to yours'),
  'provider.unlinked': message('The link to an account elsewhere was removed'),
  'code.refused': message('A code from a mail was refused'),
  'session.reuse': message('Somebody used an old copy of your ticket'),
  'session.reauthenticated': message('You confirmed that it was you'),
  'session.revoked': ({ detail, ...event }) =>
    isAboutOther(event)
      ? message('You ended the sessions of somebody')
      : ((ended as Readonly<Record<string, PlainMessage>>)[String(detail?.reason)] ?? message('A session ended')),
  'session.bound': message('Your session was bound to its device'),
  'session.unproved': message('Your ticket was shown without the key of your device, and turned away'),
  'access.refused': message('You were turned away from a page for admins'),
  'csrf.refused': message('A form was refused because it may have come from another site'),
  'events.summarised': message('More of the same happened within a minute than is listed one by one'),
  'events.exported': message('You downloaded security events'),
  'answer.cut_off': message('A download or stream was cut off, because its session or your right to it had ended'),
}

/** The types that a person's activity is made of. */
export const activityTypes: readonly EventType[] = eventTypes.filter((type) => Object.hasOwn(activityWords, type))

/** An event in a sentence to the person it belongs to. */
export function activitySentence(event: StoredEvent): string {
  const words = activityWords[event.type as EventType]
  if (words === undefined) return event.type
  return t(typeof words === 'string' ? words : words(event))
}

/** Whether it is something to look at twice. */
export function isAlarming({ type, outcome }: StoredEvent): boolean {
  return outcome !== 'success' || type === 'session.reuse'
}

function aboutYou(toYou: PlainMessage, byYou: PlainMessage): Words {
  return (event) => (isAboutOther(event) ? byYou : toYou)
}

/** True of what an admin did to somebody else. */
function isAboutOther({ actorId, subjectId }: Pick<StoredEvent, 'actorId' | 'subjectId'>): boolean {
  return actorId !== null && actorId !== 'an admin' && subjectId !== null && actorId !== subjectId
}
