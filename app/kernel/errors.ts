import { visibleText } from './visible-text.ts'

/**
 * What can go wrong, in one place. A refusal that a person or client caused is a `Problem` (4xx); a fault of ours or
 * of something we depend on is a `Problem` of 5xx. Anything else that is thrown is a bug and is answered as 500.
 *
 * Codes are stable and part of the public surface: they stand in `application/problem+json` and on error pages.
 */
export const problems = {
  malformed_request: [400, 'That request could not be read'],
  invalid_input: [400, 'Some of what was entered needs another look'],
  sign_in_required: [401, 'Please sign in'],
  invalid_credentials: [401, 'Invalid email or password'],
  second_factor_required: [401, 'A second step is needed'],
  factor_refused: [401, 'That was not accepted'],
  step_expired: [401, 'The sign-in took too long'],
  invalid_token: [401, 'The access token was not accepted'],
  address_unconfirmed: [403, 'Confirm your address first'],
  password_reset_required: [403, 'A new password is needed'],
  account_disabled: [403, 'Account is disabled'],
  admin_required: [403, 'Admin access required'],
  forbidden: [403, 'That is not allowed'],
  device_unproved: [403, 'This browser could not show that it is yours'],
  binding_required: [403, 'This needs a session that is bound to a device'],
  step_up_required: [403, 'Please confirm that it is you'],
  csrf_refused: [403, 'This form could not be trusted'],
  not_found: [404, 'There is nothing here'],
  method_not_allowed: [405, 'That does not work this way here'],
  conflict: [409, 'That clashes with something that already exists'],
  email_taken: [409, 'That address already has an account'],
  last_admin: [409, 'There must always be one admin'],
  body_too_large: [413, 'That was too much to send at once'],
  unsupported_media_type: [415, 'That kind of content is not accepted here'],
  misdirected: [421, 'This is not the address of this site'],
  unprocessable: [422, 'That could not be carried out'],
  too_many_requests: [429, 'Too many tries'],
  headers_too_large: [431, 'The request carried too much with it'],
  internal: [500, 'Something went wrong on our side'],
  bad_gateway: [502, 'The service behind this page gave no usable answer'],
  unavailable: [503, 'We cannot answer right now'],
  busy: [503, 'Too much is going on right now'],
  gateway_timeout: [504, 'The service behind this page took too long'],
} as const satisfies Record<string, readonly [status: number, title: string]>

export type ProblemCode = keyof typeof problems

export type StepUp = {
  /** Own path (with query) that the answer goes to. */
  action: string
  /** The form that waits, encrypted; null on a page that only asks. */
  encryptedForm: string | null
  /** With what this person can answer. */
  methods: { password: boolean; totp: boolean; passkey: boolean }
  /** What was wrong with the last answer, and with which field. */
  error?: { field: 'password' | 'code' | 'passkey'; message: string } | undefined
}

export type ProblemOptions = {
  /** One sentence that the person can act on. Never holds a token, a cookie or a password. */
  detail?: string
  /** Seconds until a new try makes sense; sent as `Retry-After`. */
  retryAfterSeconds?: number
  /** Further response headers, such as `WWW-Authenticate` or `Allow`. */
  headers?: Record<string, string>
  /** Messages by field name, for forms. */
  fieldErrors?: Record<string, string[]>
  /** The form that waits for a person to confirm that it is them, encrypted, and where to send it. */
  stepUp?: StepUp
  cause?: unknown
}

/** An outcome that ends a request with a status. Thrown anywhere; turned into a page or a problem document by the guard. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly status: number
  readonly title: string
  readonly detail: string | undefined
  readonly retryAfterSeconds: number | undefined
  readonly headers: Record<string, string>
  readonly fieldErrors: Record<string, string[]> | undefined
  readonly stepUp: StepUp | undefined

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    const [status, title] = problems[code]
    super(options.detail ?? title, { cause: options.cause })
    this.code = code
    this.status = status
    this.title = title
    this.detail = options.detail
    this.retryAfterSeconds = options.retryAfterSeconds
    this.headers = options.headers ?? {}
    this.fieldErrors = options.fieldErrors
    this.stepUp = options.stepUp
  }
}

/** The start cannot go on: one message that names every reason and what to do about each. */
export class StartError extends Error {
  override readonly name = 'StartError'
  readonly reasons: readonly string[]

  constructor(reasons: readonly string[]) {
    super(
      `Cloakroom cannot start:\n${reasons.map((reason) => `  - ${visibleText(reason, { keepsLines: true })}`).join('\n')}`,
    )
    this.reasons = reasons
  }
}
