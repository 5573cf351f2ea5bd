import { safePath } from '../../http/index.server.ts'
import type {
  AttemptRefused,
  AttemptResult,
  LinkedIdentity,
  Principal,
  ProviderFault,
  ProviderName,
} from '../../identity/index.server.ts'
import { Problem } from '../../kernel/index.ts'
import { getConfiguration } from '../configuration.server.ts'
import { attemptCookie, cookies, findSurplusAttempts } from '../cookies/cookies.server.ts'
import { getRequestContext, type RequestContext } from '../request/request-context.server.ts'
import { adopt, findHeldToken, lookUpSession, visitorOf } from '../session/session.server.ts'

/** A longer way back would not fit into the cookie of an attempt. */
const maxPathLength = 400

/** The providers that people may sign in with, in the order of the settings. */
export function listProviders(): readonly ProviderName[] {
  return federation().providers
}

/** Begins a sign-in, or for `link` the linking of another account: the address at the provider. Throws `not_found`. */
export async function beginAtProvider(
  providerId: string | undefined,
  { redirectTo, remember, link }: { redirectTo: string; remember: boolean; link: Principal | null },
): Promise<{ kind: 'begun'; url: string } | ProviderFault> {
  const context = getRequestContext()
  const target = redirectTo.length > maxPathLength ? safePath(null) : redirectTo
  const begun = await federation().begin({ providerId: providerId ?? '', redirectTo: target, remember, link })
  if (begun.kind === 'unknown-provider') throw new Problem('not_found')
  if (begun.kind !== 'begun') return begun
  for (const descriptor of findSurplusAttempts(context.head.headers.cookie)) {
    context.cookies.clear(descriptor)
  }
  context.cookies.set(attemptCookie(begun.state), begun.encrypted)
  return { kind: 'begun', url: begun.url }
}

export type ProviderOutcome = Exclude<AttemptResult, { kind: 'throttled' }>

/** Takes the provider's answer to the attempt that this browser holds. Throws `too_many_requests`. */
export async function completeAtProvider(providerId: string | undefined): Promise<ProviderOutcome> {
  const context = getRequestContext()
  const { origin } = getConfiguration()
  // The framework never saw the query: it may not be logged.
  const returned = new URL(context.head.url, origin)
  const descriptor = attemptCookie(returned.searchParams.get('state') ?? '')
  const { value } = context.cookies.read(descriptor)
  context.cookies.drop(descriptor)
  const held = await heldBy(context)
  const input = { providerId: providerId ?? '', encrypted: value, returned }
  const result = await federation().complete(input, visitorOf(context), held)
  context.isPrivate = true
  if (result.kind === 'second-factor-required') context.cookies.set(cookies.step, result.ticket)
  return adopt(context, result)
}

/** The accounts at providers that this person signs in with. */
export function listIdentities({ userId }: Principal): Promise<LinkedIdentity[]> {
  return federation().list(userId)
}

/** Ends a link to an account at a provider, unless it is the last way in. */
export function unlinkIdentity(principal: Principal, identityId: string) {
  return federation().unlink(principal, identityId, visitorOf(getRequestContext()))
}

/** A provider says that somebody has signed out there. False when what it says does not hold. */
export function endByProvider(providerId: string | undefined, logoutToken: string): Promise<boolean> {
  return federation().endByLogoutToken(providerId ?? '', logoutToken, visitorOf(getRequestContext()))
}

/**
 * The provider's access token for a service that takes it (`token: provider`). Throws `sign_in_required` when the provider has
 * ended what it granted, `forbidden` for a session that did not begin at a provider.
 */
export async function getProviderAccessToken({ sessionId }: Principal): Promise<string> {
  const context = getRequestContext()
  const result = await federation().getAccessToken(sessionId, visitorOf(context))
  if (result.kind === 'token') return result.accessToken
  if (result.kind === 'none') {
    throw new Problem('forbidden', { detail: 'This service is for people who signed in at its provider.' })
  }
  // The cookie stays for now, as with every session that has only just ended.
  throw new Problem('sign_in_required')
}

export type { AttemptRefused, LinkedIdentity, ProviderName }

async function heldBy(context: RequestContext) {
  const lookup = await lookUpSession(context)
  const [device, trust] = [context.cookies.read(cookies.device), context.cookies.read(cookies.trust)]
  const sessionId = lookup.kind === 'signed-in' ? lookup.signedIn.session.id : null
  return { refreshToken: findHeldToken(context), deviceMark: device.value, trustMark: trust.value, sessionId }
}

function federation() {
  return getConfiguration().accounts.federation
}
