import * as z from 'zod'
import { Problem } from '../kernel/index.ts'

/** What `schema` makes of a value from outside. Throws `invalid_input` with messages by field. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, value: Record<string, unknown>): z.output<Schema> {
  requireStorable(value)
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const unknownNames = parsed.error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []))
  const { formErrors, fieldErrors } = z.flattenError(parsed.error)
  const detail = unknownNames.length > 0 ? describeUnknown(unknownNames) : formErrors[0]
  throw new Problem('invalid_input', {
    ...(detail === undefined ? {} : { detail }),
    ...(Object.keys(fieldErrors).length === 0 ? {} : { fieldErrors: fieldErrors as Record<string, string[]> }),
  })
}

/** The query of a request by `schema`. A parameter given twice is refused: two readers could take it two ways. */
export function parseQuery<Schema extends z.ZodType>(schema: Schema, query: URLSearchParams): z.output<Schema> {
  const names = [...query.keys()]
  if (new Set(names).size !== names.length) {
    throw new Problem('malformed_request', { detail: 'A parameter of the query was sent twice.' })
  }
  return parseInput(schema, Object.fromEntries(query))
}

/** Broken percent-encoding or UTF-8 in path or query is refused before anybody guesses what was meant. */
export function requireReadableUrl(url: URL): void {
  try {
    decodeURIComponent(url.pathname + url.search)
  } catch (error) {
    throw new Problem('malformed_request', { detail: 'The address holds broken percent-encoding.', cause: error })
  }
}

/** NUL and half a surrogate pair: one store refuses them, the other alters them. */
function requireStorable(value: Record<string, unknown>): void {
  const isStorable = Object.values(value).every((part) => typeof part !== 'string' || !/[\0\p{Surrogate}]/u.test(part))
  if (!isStorable) throw new Problem('malformed_request', { detail: 'A text holds a character that cannot be kept.' })
}

function describeUnknown(names: string[]): string {
  const shown = names.slice(0, 3).map((name) => `"${name.slice(0, 40)}"`)
  return `There is no field ${shown.join(' or ')} here.`
}
