import { parseWithZod } from '@conform-to/zod/v4'
import { data } from '@remix-run/node'
import type { z } from 'zod'
import { problemHeaders } from '../http/index.server.ts'
import { translateSentence } from '../i18n/index.server.ts'
import { plural } from '../i18n/index.ts'
import { Problem, type ProblemCode } from '../kernel/index.ts'

/** Refusals that a person can answer in the form itself, with what they typed still there. */
const answerable: ReadonlySet<ProblemCode> = new Set([
  'invalid_input',
  'conflict',
  'last_admin',
  'unprocessable',
  'too_many_requests',
  'busy',
  'unavailable',
])

/**
 * Reads a posted form with a contract schema. Only the fields that the schema names are read, and only as text: names
 * with a meaning for the form library, files and nested paths are left out. `kept` names further fields that the page
 * wants back with a refused form; a schema that is strict does not take any.
 */
export function parseForm<Schema extends z.ZodObject>(form: FormData, schema: Schema, kept: readonly string[] = []) {
  const fields = new FormData()
  for (const name of [...Object.keys(schema.shape), ...kept]) {
    for (const value of form.getAll(name)) if (typeof value === 'string') fields.append(name, value)
  }
  return parseWithZod(fields, { schema, disableAutoCoercion: true })
}

type Parsed = Pick<ReturnType<typeof parseForm>, 'reply'>
type Messages = {
  formErrors?: string[]
  fieldErrors?: Record<string, string[]>
  /** The code in this form came by mail, and nothing was wrong with it. */
  keepsCode?: boolean
}

/**
 * The form again, with messages and what was typed. Passwords are never sent back, and neither are codes, but for the
 * code of a mail that is still good when something else was wrong.
 */
export function refuseForm(
  submission: Parsed,
  status = 400,
  { keepsCode = false, ...messages }: Messages = {},
  headers: HeadersInit = {},
) {
  const hideFields = ['password', 'current', 'factor', 'passkey', ...(keepsCode ? [] : ['code'])]
  return data({ lastResult: inWords(submission.reply({ ...messages, hideFields })) }, { status, headers })
}

type Reply = ReturnType<Parsed['reply']>

/** The messages of a refused form in the language at hand; contracts write them in English. */
export function inWords(reply: Reply): Reply {
  if (!reply.error) return reply
  const error = Object.entries(reply.error).map(([name, messages]) => [name, messages?.map(translateSentence) ?? null])
  return { ...reply, error: Object.fromEntries(error) }
}

/** Runs what a valid form asks for; a refusal that can be answered in the form comes back as the form, others go on. */
export async function carryOut<Result>(submission: Parsed, work: () => Promise<Result>) {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Problem) || !answerable.has(error.code)) throw error
    const hasFields = error.fieldErrors !== undefined && Object.keys(error.fieldErrors).length > 0
    return refuseForm(
      submission,
      error.status,
      hasFields ? { fieldErrors: error.fieldErrors } : { formErrors: [sentenceOf(error)] },
      problemHeaders(error),
    )
  }
}

/** A refusal in one sentence, with how long to wait when that is known. */
export function sentenceOf(problem: Problem): string {
  const sentence = translateSentence(problem.detail ?? problem.title)
  if (problem.retryAfterSeconds === undefined) return sentence
  const again = plural('Try again in {count} second.|Try again in {count} seconds.', problem.retryAfterSeconds)
  return `${sentence.replace(/\.$/, '')}. ${again}`
}

/** Reads the query of a page with a contract schema; numbers out of range are refused, not bent. */
export function requireQuery<Schema extends z.ZodType>(url: URL, schema: Schema): z.infer<Schema> {
  const result = schema.safeParse(Object.fromEntries(url.searchParams))
  if (result.success) return result.data
  const names = [...new Set(result.error.issues.map((issue) => issue.path.join('.')))].join(', ')
  throw new Problem('malformed_request', { detail: `The address has a part that cannot be right: ${names}.` })
}
