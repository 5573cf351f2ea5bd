/**
 * What went wrong at PostgreSQL. Made from the driver's error without what may hold a row's values (`detail`, `where`):
 * faults are logged.
 */
export class PostgresFault extends Error {
  override readonly name = 'PostgresFault'
  /** An SQLSTATE, or the code of a connection's failure such as ECONNRESET. */
  readonly code: string
  readonly constraint: string | undefined
  readonly phase: Phase

  constructor(message: string, code: string, constraint: string | undefined, phase: Phase) {
    super(message)
    this.code = code
    this.constraint = constraint
    this.phase = phase
  }
}

/** How far it came: there was no connection, nothing that matters had been sent, or a statement failed. */
type Phase = 'connect' | 'unsent' | 'statement'

const timedOut = 'TIMEOUT'
const ended = 'CONNECTION_ENDED'

/** The driver's error as a fault; `phase` is `connect` while there was no connection yet. Others pass as they are. */
export function toPostgresFault(error: unknown, phase: 'connect' | 'statement' = 'statement'): PostgresFault {
  if (error instanceof PostgresFault) return error
  const { code, message = '', constraint } = error as { code?: string; message?: string; constraint?: string }
  const given = code ?? codeOf(message)
  if (phase === 'connect') {
    return new PostgresFault(`PostgreSQL cannot be reached: ${message}`, given ?? ended, constraint, phase)
  }
  if (given === null) throw error
  // Class 22 repeats the value that it did not like.
  const text = given.startsWith('22') ? 'a value was not accepted' : message
  return new PostgresFault(text, given, constraint, /not queryable/.test(message) ? 'unsent' : phase)
}

/** The driver has no codes for its own failures. */
function codeOf(message: string): string | null {
  if (/timeout/i.test(message)) return timedOut
  return /connection terminated|not queryable|connection error/i.test(message) ? ended : null
}

/** The same fault for a statement whose loss changes nothing. */
export function neverSent({ message, code, constraint }: PostgresFault): PostgresFault {
  return new PostgresFault(message, code, constraint, 'unsent')
}

/** True when the connection is of no more use. */
export function isBroken({ code }: { code?: string }): boolean {
  return code !== undefined && /^(57P0[1-5]|08...|25P0[34]|E[A-Z]{4,}|TIMEOUT|CONNECTION_ENDED)$/.test(code)
}

/** True when the connection went away under a statement, and with it the answer. */
export function isLost(fault: PostgresFault): boolean {
  return fault.phase === 'statement' && isBroken(fault) && fault.code !== timedOut
}

/** True when PostgreSQL undid a statement because of another one: the same again may succeed. */
export function isConflict({ code }: { code?: string }): boolean {
  return code === '40001' || code === '40P01'
}

export function isPostgresUniqueViolation(fault: PostgresFault): boolean {
  return fault.code === '23505'
}

/** True for a row whose person, or session, is gone: it refers to nobody, or has no number where the person's should be. */
export function isPostgresOwnerMissing({ code, message }: PostgresFault): boolean {
  return code === '23503' || (code === '23502' && message.includes('"user_number"'))
}

/**
 * True when the store cannot answer: no connection or a lost one (08, 57P0x), no resources (53), a lock, a statement or
 * a transaction that took too long (55P03, 57014, 25P0x), a replica that cannot be written to (25006), a conflict that came
 * back (40001, 40P01), the system beneath (58, XX00x).
 */
export function isUnavailable(fault: PostgresFault): boolean {
  if (fault.phase === 'connect') return true
  return isBroken(fault) || isConflict(fault) || /^(53...|55P03|57014|25006|58...|XX00.)$/.test(fault.code)
}

/** True for text that PostgreSQL cannot store, such as one that holds a NUL. */
export function isUnstorableText({ code }: PostgresFault): boolean {
  return code === '22021' || code === '22P05'
}
