import { Problem } from '../kernel/index.ts'

/** `b64token` of RFC 6750, section 2.1, and no more than a header may hold. */
const credentials = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i
const maxLength = 8_192
/** RFC 6750, section 3: a challenge carries at least one parameter. */
const realm = 'realm="cloakroom"'

/**
 * The access token in the `Authorization` header. Nowhere else: not in the query, not in the body, not in a cookie
 * (RFC 6750, sections 2.2 and 2.3, are left out on purpose; RFC 9700, section 2.6, forbids the query).
 *
 * No credentials, or another scheme, is 401 without an error code; `Bearer` with something unreadable behind it is 400
 * `invalid_request` (RFC 6750, section 3.1).
 */
export function requireAccessToken(request: Request): string {
  const header = request.headers.get('authorization')?.trim() ?? ''
  if (!/^bearer( |$)/i.test(header)) {
    throw new Problem('sign_in_required', {
      detail: 'This needs an access token in the Authorization header.',
      headers: { 'WWW-Authenticate': `Bearer ${realm}` },
    })
  }
  const accessToken = header.length <= maxLength ? credentials.exec(header)?.[1] : undefined
  if (accessToken !== undefined) return accessToken
  const detail = 'The Authorization header is malformed'
  throw new Problem('malformed_request', { detail, headers: challenge('invalid_request', detail) })
}

/** The refusal of an access token. `detail` goes to the client: a fixed sentence without quotation marks. */
export function invalidToken(detail = 'The access token is not valid'): Problem {
  return new Problem('invalid_token', { detail, headers: challenge('invalid_token', detail) })
}

/** The refusal of a caller who is known but not an admin. */
export function adminRequired(): Problem {
  return new Problem('admin_required', { headers: challenge('insufficient_scope', 'Admin access required') })
}

/** A challenge with the reason (RFC 6750, section 3). */
function challenge(error: string, description: string): Record<string, string> {
  return { 'WWW-Authenticate': `Bearer ${realm}, error="${error}", error_description="${description}"` }
}
