const maxDepth = 5
const maxTextLength = 4_000

// What a ticket, a JWT or JWE, and a password hash look like, wherever in a text they turn up.
const secretForms = [
  /\b[0-9a-f]{8}\.[\w-]{22}\.\d+\.[\w-]{43}/g,
  /\beyJ[\w-]{8,}\.[\w-]*\.[\w-]*(\.[\w-]*){0,2}/g,
  /\$argon2\w*\$[\w$+/=,-]+/g,
]

/**
 * An error for the log: its class, message, code and stack, and those of its causes. Nothing else it carries is written,
 * so neither the headers of a request, nor the parameters of a query, nor the text that a parser stumbled over.
 */
export function serializeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? scrub(error) : { type: typeof error }
  const { code } = error as { code?: unknown }
  const written = messageOf(error)
  return {
    type: error.constructor.name,
    message: written,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    stack: framesOf(error),
    ...(error.cause === undefined || depth >= maxDepth ? {} : { cause: serializeError(error.cause, depth + 1) }),
  }
}

function messageOf(error: Error): string {
  // V8 quotes the text that could not be parsed, drizzle the parameters of the query that failed.
  if (error instanceof SyntaxError && /JSON/.test(error.message)) return 'not valid JSON'
  return scrub(error.message.replace(/\bparams:[\s\S]*$/, 'params: (left out)'))
}

/** The lines of a stack without the message above them. */
function framesOf({ stack = '' }: Error): string {
  return scrub(
    stack
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .join('\n'),
  )
}

function scrub(text: string): string {
  return secretForms.reduce((left, form) => left.replace(form, '(secret)'), text.slice(0, maxTextLength))
}
