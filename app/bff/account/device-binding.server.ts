import type { BoundTicket, SessionFacts } from '../../identity/index.server.ts'
import { ms, now, Problem } from '../../kernel/index.ts'
import { getConfiguration } from '../configuration.server.ts'
import { attributes, cookies } from '../cookies/cookies.server.ts'
import { getRequestContext, type RequestContext } from '../request/request-context.server.ts'
import { devicePaths, unboundPaths } from '../session/device-paths.server.ts'
import { repeatWithNewTicket, visitorOf } from '../session/session.server.ts'

/**
 * How old the last use of a key may be for a sensitive change. Chromium uses keys six times in nine minutes at most, so that
 * asking more often would lock people out of their own changes.
 */
const freshUseMs = ms('3m')

/**
 * A browser shows the key that it made for a session (DBSC, "Process session registration"). It comes of the browser's own
 * accord, maybe without any cookie; the signed challenge says which session it is for.
 */
export async function registerDevice(): Promise<Response> {
  const context = getRequestContext()
  const proof = readHeader(context, 'secure-session-response', /^[A-Za-z0-9._-]+$/)
  const { binding } = getConfiguration().accounts
  const outcome =
    proof === null
      ? null
      : await binding.register(proof, context.cookies.read(cookies.refresh).value, visitorOf(context))
  if (outcome?.kind !== 'issued') throw new Problem('forbidden')
  return instruct(context, outcome)
}

/**
 * A browser uses its key for a new ticket. By the name of the binding and the proof alone: it may come without any cookie,
 * and from a page of another site. 403 asks for a proof, 404 ends what the browser keeps, and whatever else goes wrong is a
 * fault of ours, after which it tries again. Never 429, which would leave the request that waits without a ticket.
 */
export async function refreshDevice(): Promise<Response> {
  const context = getRequestContext()
  const bindingId = readHeader(context, 'sec-secure-session-id', /^[A-Za-z0-9_-]{22}$/)
  if (bindingId === null) throw new Problem('not_found')
  const proof = readHeader(context, 'secure-session-response', /^[A-Za-z0-9._-]+$/)
  const { binding } = getConfiguration().accounts
  const isUnreadable = proof === null && context.head.headers['secure-session-response'] !== undefined
  const outcome = await binding.refresh(bindingId, isUnreadable ? '' : proof, visitorOf(context))
  switch (outcome.kind) {
    case 'issued':
      return instruct(context, outcome)
    case 'asked':
      throw new Problem('forbidden', { headers: challengeFor(outcome) })
    case 'off':
      return Response.json({ session_identifier: bindingId, continue: false })
    case 'unknown':
      throw new Problem('not_found')
  }
}

/** The ticket as a cookie, and what the browser is to do with it (DBSC, "JSON session instructions"). */
function instruct(context: RequestContext, issued: BoundTicket): Response {
  context.cookies.set(cookies.bound, issued.ticket, issued.lifeMs)
  const instructions = {
    session_identifier: issued.bindingId,
    refresh_url: devicePaths.refresh,
    scope: {
      origin: getConfiguration().origin,
      include_site: false,
      scope_specification: unboundPaths.map((path) => ({ type: 'exclude', path })),
    },
    credentials: [{ type: 'cookie', name: cookies.bound.name, attributes: attributes(cookies.bound).join('; ') }],
    // A link from a mail is followed by the browser's own page, or by another site's.
    allowed_refresh_initiators: ['*'],
  }
  return Response.json(instructions, { headers: challengeFor(issued) })
}

/** The challenge for the next use, handed out ahead: it saves the browser a way. */
function challengeFor({ bindingId, challenge }: { bindingId: string; challenge: string }) {
  return { 'Secure-Session-Challenge': `"${challenge}";id="${bindingId}"` }
}

/** A header that is a string of structured fields (RFC 9651), which Chromium sends bare; null for anything else. */
function readHeader({ head }: RequestContext, name: string, form: RegExp): string | null {
  const value = head.headers[name]
  if (typeof value !== 'string') return null
  const [item = ''] = value.split(';', 1)
  const bare = item.trim().replace(/^"(.*)"$/, '$1')
  return form.test(bare) ? bare : null
}

/**
 * Lets a sensitive change of a bound session through only shortly after its key was used. Otherwise the browser uses it and
 * sends the same request again; a copy of the cookies cannot.
 */
export function requireFreshUse(context: RequestContext, session: SessionFacts | null): void {
  const proof = session?.binding?.proof
  if (!proof || now() - proof.issuedAt <= freshUseMs) return
  repeatWithNewTicket(context)
  throw deviceProblem()
}

/** What a request gets whose session is bound to a key that it does not show. */
export function deviceProblem(): Problem {
  return new Problem('device_unproved', {
    detail:
      'This session belongs to one device, and your browser could not show just now that it is the one. Nothing was changed and you are still signed in. Try again; if it stays like this, sign in once more.',
    retryAfterSeconds: 2,
  })
}
