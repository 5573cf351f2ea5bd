import { isRouteErrorResponse } from '@remix-run/react'
import { message, type PlainMessage, t } from '../../i18n/index.ts'
import { problems, type StepUp } from '../../kernel/index.ts'

/** What an error page can say. Never holds a stack trace or a message of ours that was not meant for people. */
export type ProblemWords = {
  status: number
  code: string
  title: string
  detail?: string
  reference?: string
  retryAfterSeconds?: number
  /** The form that waits for a proof; see `StepUpForm`. */
  stepUp?: StepUp
}

/** What to say about a status when nobody said more. */
const details: Record<number, PlainMessage> = {
  400: message('The address or the form was incomplete or garbled. Go back and try once more.'),
  401: message('You need to be signed in to see this.'),
  403: message('Your account may not do this.'),
  404: message('The address may be mistyped, or what stood here is gone.'),
  405: message('This address answers differently. Use the links and buttons of the pages.'),
  409: message('Something changed in the meantime. Look at the newest state and try once more.'),
  413: message('What was sent is larger than we accept. Shorten it and try once more.'),
  415: message('What was sent has a form that we do not accept.'),
  421: message('The request was meant for another address.'),
  429: message('Give it a moment, then try again.'),
  500: message('It is not your doing. Try again; if it stays, tell us the reference below.'),
  503: message('It is not your doing, and you are still signed in. Try again in a moment.'),
}

const codes: Partial<Record<number, keyof typeof problems>> = {
  401: 'sign_in_required',
  403: 'forbidden',
  409: 'conflict',
  500: 'internal',
  503: 'unavailable',
}

function codeOfStatus(status: number): keyof typeof problems {
  const first = Object.entries(problems).find(([, [its]]) => its === status)?.[0]
  return codes[status] ?? (first as keyof typeof problems | undefined) ?? 'internal'
}

/** The title for a status when no problem document says better. */
function titleOfStatus(status: number): string {
  return t(problems[codeOfStatus(status)][1])
}

/** Reads a thrown answer (its data is a problem document) or anything else that was thrown: that is a 500. */
export function problemWordsOf(error: unknown): ProblemWords {
  if (!isRouteErrorResponse(error)) return genericWords(500)
  const generic = genericWords(error.status)
  const document = readDocument(error.data)
  if (document === null) return generic
  return {
    status: error.status,
    code: text(document.code) ?? generic.code,
    title: text(document.title) ?? generic.title,
    detail: text(document.detail) ?? generic.detail,
    reference: text(document.reference),
    stepUp: stepUpOf(document.stepUp),
    retryAfterSeconds: typeof document.retryAfterSeconds === 'number' ? document.retryAfterSeconds : undefined,
  }
}

function stepUpOf(value: unknown): StepUp | undefined {
  const stepUp = (value ?? {}) as StepUp
  return typeof stepUp.action === 'string' && typeof stepUp.methods === 'object' ? stepUp : undefined
}

function genericWords(status: number): ProblemWords {
  const detail = details[status]
  return { status, code: codeOfStatus(status), title: titleOfStatus(status), ...(detail && { detail: t(detail) }) }
}

function readDocument(data: unknown): Record<string, unknown> | null {
  if (typeof data === 'object' && data !== null) return data as Record<string, unknown>
  if (typeof data !== 'string' || !data.startsWith('{')) return null
  try {
    return JSON.parse(data) as Record<string, unknown>
  } catch {
    return null
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
