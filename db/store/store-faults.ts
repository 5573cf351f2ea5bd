import { Problem } from '../../app/kernel/index.ts'
import {
  isPostgresOwnerMissing,
  isPostgresUniqueViolation,
  isUnavailable,
  isUnstorableText,
  PostgresFault,
} from '../postgres/postgres-fault.ts'

/** True for a unique or primary key that is already taken. */
export function isUniqueViolation(error: unknown): boolean {
  const { code, fault } = unwrap(error)
  if (fault) return isPostgresUniqueViolation(fault)
  return code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY'
}

/** True for a row about somebody who is not there any more. */
export function isMissingReference(error: unknown): boolean {
  const { code, fault, message } = unwrap(error)
  return fault ? isPostgresOwnerMissing(fault) : isSqliteOwnerMissing(code, message)
}

/**
 * A store that cannot answer (unreachable, locked, full, unreadable) as `unavailable`, text that cannot be stored as
 * `malformed_request`, a row for somebody whose account was deleted in this moment as `sign_in_required`; null for every
 * other error.
 */
export function asStoreProblem(error: unknown): Problem | null {
  const { code, fault } = unwrap(error)
  if (fault && isUnstorableText(fault)) return new Problem('malformed_request', { cause: fault })
  if (isMissingReference(error)) return new Problem('sign_in_required', { cause: error })
  if (!(fault ? isUnavailable(fault) : isSqliteUnavailable(code))) return null
  return new Problem('unavailable', {
    detail: 'The store cannot be reached at the moment. Nothing was changed; please try again shortly.',
    retryAfterSeconds: 2,
    cause: error,
  })
}

function isSqliteUnavailable(code: string): boolean {
  return /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|NOMEM|PROTOCOL)/.test(code)
}

/** People own all that refers to anything; sessions have them by their number. */
function isSqliteOwnerMissing(code: string, message: string): boolean {
  const isWithoutPerson = code === 'SQLITE_CONSTRAINT_NOTNULL' && message.endsWith(' sessions.user_number')
  return code === 'SQLITE_CONSTRAINT_FOREIGNKEY' || isWithoutPerson
}

function unwrap(error: unknown): { code: string; fault: PostgresFault | null; message: string } {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current instanceof PostgresFault) return { code: '', fault: current, message: current.message }
    const { code } = current as { code?: unknown }
    if (typeof code === 'string' && code.startsWith('SQLITE_')) return { code, fault: null, message: current.message }
  }
  return { code: '', fault: null, message: '' }
}
