import type { SubmissionResult } from '@conform-to/zod/v4'

/** One field of a form, as the last answer of the server left it. */
export type PostedField = {
  id: string
  name: string
  hintId: string
  errorId: string
  errors: string[] | undefined
  /** What was typed last, or what stands there at first. A name that was sent twice counts as empty. */
  value: string | undefined
}

/** The answer of an action to a form that it did not accept. */
export type FormAnswer = SubmissionResult<string[]> | undefined

/**
 * Reads Conform's answer for rendering. The contract runs on the server only, so that neither it nor Conform's own
 * React part (9 KB) has to be loaded by a browser for forms that hold a handful of plain fields.
 */
export function postedForm<Name extends string>(id: string, answer: FormAnswer, initial: Record<Name, string>) {
  const names = Object.keys(initial) as Name[]
  const fields = Object.fromEntries(names.map((name) => [name, fieldOf(id, name, answer, initial[name])]))
  return { id, errors: answer?.error?.[''] ?? undefined, fields: fields as Record<Name, PostedField> }
}

function fieldOf(formId: string, name: string, answer: FormAnswer, initial: string): PostedField {
  const id = `${formId}-${name}`
  const typed = answer?.initialValue?.[name]
  return {
    id,
    name,
    hintId: `${id}-hint`,
    errorId: `${id}-error`,
    errors: answer?.error?.[name] ?? undefined,
    value: answer ? asText(typed) : initial,
  }
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
