import { message, type PlainMessage, t } from '../i18n/index.ts'
import type { EventType } from '../kernel/index.ts'

// For servers alone: browsers are not sent these words.

const names: Readonly<Record<EventType, PlainMessage>> = {
  'account.registered': message('Account registered'),
  'account.registration_requested': message('Registration asked for'),
  'account.disabled': message('Account disabled'),
  'account.enabled': message('Account enabled'),
  'account.deleted': message('Account deleted'),
  'account.exported': message('Own data downloaded'),
  'account.reset_required': message('New password demanded'),
  'account.role_changed': message('Role changed'),
  'account.password_rehashed': message('Password hashed anew'),
  'account.password_refused': message('New password refused'),
  'account.password_changed': message('Password changed'),
  'account.email_verified': message('Email address confirmed'),
  'account.email_change_requested': message('Change of email address asked for'),
  'account.email_changed': message('Email address changed'),
  'account.email_restored': message('Earlier email address restored'),
  'password.reset_requested': message('Code for a forgotten password asked for'),
  'password.reset': message('Password reset'),
  'signin.succeeded': message('Sign-in'),
  'signin.failed': message('Failed sign-in'),
  'signin.disabled': message('Sign-in to a disabled account'),
  signout: message('Sign-out'),
  'factor.added': message('Second factor added'),
  'factor.removed': message('Second factor removed'),
  'factor.used': message('Second factor used'),
  'factor.refused': message('Second factor refused'),
  'recovery_code.used': message('Recovery code used'),
  'recovery_codes.renewed': message('Recovery codes renewed'),
  'trusted_browsers.forgotten': message('Trusted browsers forgotten'),
  'provider.linked': message('Account at a provider linked'),
  'provider.unlinked': message('Link to a provider removed'),
  'provider.refused': message('Answer of a provider refused'),
  'session.rotated': message('Ticket replaced'),
  'session.straggler': message('Straggler let in'),
  'session.reuse': message('Old copy of a ticket used'),
  'session.fast_forward': message('Session brought forward'),
  'session.revoked': message('Session ended'),
  'session.reauthenticated': message('Identity proved again'),
  'session.refused': message('Ticket refused'),
  'session.bound': message('Session bound to a device'),
  'session.unproved': message('Ticket shown without its device'),
  'binding.refused': message('Proof of a device refused'),
  'csrf.refused': message('Form from elsewhere refused'),
  'access.refused': message('Access refused'),
  'request.refused': message('Damaged request refused'),
  'limit.reached': message('Limit reached'),
  'code.refused': message('Code from a mail refused'),
  'mail.given_up': message('Mail given up'),
  'mail.dropped': message('Mail dropped with its account'),
  'keys.created': message('Key created'),
  'keys.rotated': message('Key changed'),
  'keys.retired': message('Key retired'),
  'events.summarised': message('Events summarised'),
  'events.exported': message('Events downloaded'),
  'answer.cut_off': message('Answer cut off'),
}

/** A type of event as admins read it; its code stands beside it, for searches and exports. */
export function eventName(type: string): string {
  const name = Object.hasOwn(names, type) ? names[type as EventType] : undefined
  return name === undefined ? type : t(name)
}
