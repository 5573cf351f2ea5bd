import type { StoredEvent } from '../contract/index.ts'
import { type EventType, eventTypes } from '../kernel/index.ts'

type Words = string | ((event: StoredEvent) => string)

const ended: Record<string, string> = {
  ended: 'You ended a session',
  replaced: 'A session ended because the same browser signed in again',
  reuse: 'A session ended because an old copy of its ticket was used',
  disabled: 'A session ended because the account was disabled',
  'ended-by-admin': 'An admin ended your sessions',
  'password-changed': 'A session ended because the password was changed',
  'password-reset': 'A session ended because a new password was chosen',
  'address-changed': 'A session ended because the email address was changed',
  'address-restored': 'A session ended because the earlier email address was restored',
}

/** What a person is told about their own account. Types that are not here are our own bookkeeping. */
const activityWords: Partial<Record<EventType, Words>> = {
  'account.registered': 'You registered',
  'account.disabled': aboutYou('An admin disabled your account', 'You disabled an account'),
  'account.enabled': aboutYou('An admin enabled your account', 'You enabled an account'),
  'account.deleted': aboutYou('Your account was deleted', 'You deleted an account'),
  'account.exported': 'You downloaded your data',
  'account.reset_required': aboutYou('An admin asked you for a new password', 'You asked somebody for a new password'),
  'account.role_changed': aboutYou('Your role was changed', 'You changed the role of somebody'),
  'account.password_changed': 'Your password was changed',
  'account.email_verified': 'You confirmed your email address',
  'account.email_change_requested': 'A change of your email address was asked for',
  'account.email_changed': 'Your email address was changed',
  'account.email_restored': 'Your earlier email address was restored',
  'password.reset_requested': 'A code for a forgotten password was asked for',
  'password.reset': 'A new password was chosen with a code from a mail',
  'signin.succeeded': ({ detail }) =>
    detail?.newDevice ? 'You signed in, for the first time on this browser' : 'You signed in',
  'signin.failed': ({ detail }) =>
    detail?.reason === 'reset-required'
      ? 'Somebody signed in with a password that has to be replaced'
      : 'Somebody tried to sign in with a wrong password',
  'signin.disabled': 'Somebody tried to sign in while the account was disabled',
  signout: 'You signed out',
  'factor.added': 'A second way to prove who you are was added',
  'factor.removed': 'A second way to prove who you are was removed',
  'factor.used': 'A code or a passkey was used',
  'factor.refused': 'A code or a passkey was refused',
  'recovery_code.used': 'A recovery code was used',
  'recovery_codes.renewed': 'New recovery codes were made',
  'trusted_browsers.forgotten': 'Every browser asks for the second step again',
  'code.refused': 'A code from a mail was refused',
  'session.reuse': 'Somebody used an old copy of your ticket',
  'session.reauthenticated': 'You confirmed that it was you',
  'session.revoked': ({ detail, ...event }) =>
    isAboutOther(event) ? 'You ended the sessions of somebody' : (ended[String(detail?.reason)] ?? 'A session ended'),
  'access.refused': 'You were turned away from a page for admins',
  'csrf.refused': 'A form was refused because it may have come from another site',
  'events.exported': 'You downloaded security events',
}

/** The types that a person's activity is made of. */
export const activityTypes: readonly EventType[] = eventTypes.filter((type) => Object.hasOwn(activityWords, type))

/** An event in a sentence to the person it belongs to. */
export function activitySentence(event: StoredEvent): string {
  const words = activityWords[event.type as EventType] ?? event.type
  return typeof words === 'string' ? words : words(event)
}

/** Whether it is something to look at twice. */
export function isAlarming({ type, outcome }: StoredEvent): boolean {
  return outcome !== 'success' || type === 'session.reuse'
}

function aboutYou(toYou: string, byYou: string): Words {
  return (event) => (isAboutOther(event) ? byYou : toYou)
}

/** True of what an admin did to somebody else. */
function isAboutOther({ actorId, subjectId }: Pick<StoredEvent, 'actorId' | 'subjectId'>): boolean {
  return actorId !== null && actorId !== 'an admin' && subjectId !== null && actorId !== subjectId
}

/** The short facts of an event for admins, such as `reason: ended, count: 2`. */
export function factsOf({ detail }: Pick<StoredEvent, 'detail'>): string {
  return Object.entries(detail ?? {})
    .map(([name, fact]) => `${name}: ${fact}`)
    .join(', ')
}
