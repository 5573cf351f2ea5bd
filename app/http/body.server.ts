import { Problem } from '../kernel/index.ts'

export type BodyLimits = { maxBytes: number; maxFields: number; maxFieldLength: number }

export const defaultBodyLimits: BodyLimits = { maxBytes: 65_536, maxFields: 100, maxFieldLength: 16_384 }

const formTypes = ['application/x-www-form-urlencoded', 'multipart/form-data']

/** Reads a body of at most `maxBytes`, counting while it streams: a missing or false Content-Length changes nothing. */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () =>
    new Problem('body_too_large', {
      detail: `At most ${Math.floor(maxBytes / 1024)} KiB can be sent here at once.`,
      headers: { Connection: 'close' },
    })
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  // Not `for await`: leaving it early cancels the body, and that tears the connection down before the answer is out.
  const reader = request.body?.getReader()
  try {
    for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
      size += part.value.byteLength
      if (size > maxBytes) throw tooLarge()
      chunks.push(part.value)
    }
  } catch (error) {
    if (error instanceof Problem) throw error
    throw new Problem('malformed_request', { detail: 'The request ended before all of it had arrived.', cause: error })
  }
  return new Uint8Array(Buffer.concat(chunks))
}

/**
 * A form body (urlencoded or multipart) within limits. Refuses other types (415), broken UTF-8 or percent-encoding
 * (400), files, and a field given twice: what two parsers could read differently is not read at all.
 */
export async function readForm(request: Request, limits: BodyLimits = defaultBodyLimits): Promise<FormData> {
  const type = contentType(request)
  if (!formTypes.includes(type)) {
    throw new Problem('unsupported_media_type', {
      detail: 'Send this as a form.',
      headers: { Accept: formTypes.join(', ') },
    })
  }
  const bytes = await readBody(request, limits.maxBytes)
  const text = decodeUtf8(bytes)
  const form =
    type === formTypes[0]
      ? parseUrlencoded(text)
      : await parseMultipart(bytes, request.headers.get('content-type') ?? '')
  checkFields(form, limits)
  return form
}

/** A JSON object within limits; anything else is 400, another content type 415. */
export async function readJsonObject(
  request: Request,
  maxBytes = defaultBodyLimits.maxBytes,
): Promise<Record<string, unknown>> {
  if (contentType(request) !== 'application/json') {
    throw new Problem('unsupported_media_type', { detail: 'Send this as application/json.' })
  }
  const text = decodeUtf8(await readBody(request, maxBytes))
  try {
    const value: unknown = JSON.parse(text, requireStorable)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // Falls through to the one answer.
  }
  throw new Problem('malformed_request', { detail: 'The body is not a JSON object.' })
}

/** Half a surrogate pair is no text: stores replace it, so that what was different becomes the same. */
function requireStorable(name: string, value: unknown): unknown {
  const isSound = name.isWellFormed() && (typeof value !== 'string' || value.isWellFormed())
  if (!isSound) throw new SyntaxError('half a surrogate pair')
  return value
}

/** The media type of the body, without parameters and in lower case. */
export function contentType(request: Request): string {
  return (request.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new Problem('malformed_request', { detail: 'The body is not valid UTF-8.', cause: error })
  }
}

function parseUrlencoded(text: string): FormData {
  try {
    decodeURIComponent(text)
  } catch (error) {
    throw new Problem('malformed_request', { detail: 'The form holds broken percent-encoding.', cause: error })
  }
  const form = new FormData()
  for (const [name, value] of new URLSearchParams(text)) form.append(name, value)
  return form
}

async function parseMultipart(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<FormData> {
  try {
    return await new Response(bytes, { headers: { 'Content-Type': type } }).formData()
  } catch (error) {
    throw new Problem('malformed_request', { detail: 'The form could not be read.', cause: error })
  }
}

function checkFields(form: FormData, limits: BodyLimits): void {
  const seen = new Set<string>()
  for (const [name, value] of form) {
    if (typeof value !== 'string')
      throw new Problem('unsupported_media_type', { detail: 'Files are not accepted here.' })
    if (seen.has(name)) throw new Problem('malformed_request', { detail: 'A field was sent twice.' })
    if (value.length > limits.maxFieldLength || name.length > 100) {
      throw new Problem('body_too_large', { detail: 'A field is too long.' })
    }
    seen.add(name)
  }
  if (seen.size > limits.maxFields) throw new Problem('malformed_request', { detail: 'The form has too many fields.' })
}
