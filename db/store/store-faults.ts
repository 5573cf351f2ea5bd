import { Problem } from '../../app/kernel/index.ts'
import {
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

/** True when a row refers to one that is not there (any more). */
export function isMissingReference(error: unknown): boolean {
  const { code, fault } = unwrap(error)
  return fault ? fault.code === '23503' : code === 'SQLITE_CONSTRAINT_FOREIGNKEY'
}

/**
 * A store that cannot answer (unreachable, locked, full, unreadable) as `unavailable`, text that cannot be stored as
 * `malformed_request`; null for every other error.
 */
export function asStoreProblem(error: unknown): Problem | null {
  const { code, fault } = unwrap(error)
  if (fault && isUnstorableText(fault)) return new Problem('malformed_request', { cause: fault })
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

function unwrap(error: unknown): { code: string; fault: PostgresFault | null } {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current instanceof PostgresFault) return { code: '', fault: current }
    const { code } = current as { code?: unknown }
    if (typeof code === 'string' && code.startsWith('SQLITE_')) return { code, fault: null }
  }
  return { code: '', fault: null }
}
