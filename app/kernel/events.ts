/** Every security event there is. Stable: they are stored, exported and searched for. */
export const eventTypes = [
  'account.registered',
  'account.registration_requested',
  'account.disabled',
  'account.enabled',
  'account.deleted',
  'account.exported',
  'account.reset_required',
  'account.role_changed',
  'account.password_rehashed',
  'account.password_refused',
  'account.password_changed',
  'account.email_verified',
  'account.email_change_requested',
  'account.email_changed',
  'account.email_restored',
  'password.reset_requested',
  'password.reset',
  'signin.succeeded',
  'signin.failed',
  'signin.disabled',
  'signout',
  'factor.added',
  'factor.removed',
  'factor.used',
  'factor.refused',
  'recovery_code.used',
  'recovery_codes.renewed',
  'trusted_browsers.forgotten',
  'provider.linked',
  'provider.unlinked',
  'provider.refused',
  'session.rotated',
  'session.straggler',
  'session.reuse',
  'session.fast_forward',
  'session.revoked',
  'session.reauthenticated',
  'session.refused',
  'session.bound',
  'session.unproved',
  'binding.refused',
  'csrf.refused',
  'access.refused',
  'request.refused',
  'limit.reached',
  'code.refused',
  'mail.given_up',
  'mail.dropped',
  'keys.created',
  'keys.rotated',
  'keys.retired',
  'events.summarised',
  'events.exported',
  'answer.cut_off',
] as const
export type EventType = (typeof eventTypes)[number]

/** Something a security reviewer would ask about later. Holds no token, password, cookie or code. */
export type SecurityEvent = {
  type: EventType
  outcome: 'success' | 'failure' | 'refused'
  /** Who acted; absent when nobody was signed in. */
  actorId?: string
  /** Whose account it concerns, when that is somebody else or nobody is signed in. */
  subjectId?: string
  sessionId?: string
  address?: string
  agent?: string
  /** A few short facts, such as a generation or a reason code. */
  detail?: Record<string, string | number | boolean>
}

/** Takes an event and returns at once; never throws into the request that caused it. */
export type RecordEvent = (event: SecurityEvent) => void
