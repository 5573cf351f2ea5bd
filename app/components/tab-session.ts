import { now } from '../kernel/index.ts'

/** How the tabs of one browser tell each other that somebody signed in or out. The message itself says nothing. */
const channelName = 'cloakroom-session'
/** Whether the last page of this tab had somebody signed in: `1` or `0`, never who. */
const markName = 'cloakroom-signed-in'

/** A page that is looked at again asks the server at most this often, in milliseconds. */
const quietMs = 5_000
/** The longest that a browser's timer can wait; a longer wait would end at once. */
const longestTimerMs = 2 ** 31 - 1

type Verdict = { kind: 'same' | 'other-person' | 'unknown' } | { kind: 'signed-out'; why: string | null }

let sharedChannel: BroadcastChannel | null = null

/** One channel for the whole page: a page does not hear what it says on its own channel. */
function openChannel(): BroadcastChannel {
  sharedChannel ??= new BroadcastChannel(channelName)
  return sharedChannel
}

/** Tells the other tabs when somebody has signed in or out in this one since its last page. */
export function announceChange(isSignedIn: boolean): void {
  const before = markTab(isSignedIn)
  if (before !== null && before !== isSignedIn) openChannel().postMessage('changed')
}

/** Notes the state of this tab and returns the one before; null when it is new, or when nothing may be stored. */
function markTab(isSignedIn: boolean): boolean | null {
  try {
    const before = sessionStorage.getItem(markName)
    sessionStorage.setItem(markName, isSignedIn ? '1' : '0')
    return before === null ? null : before === '1'
  } catch {
    return null
  }
}

/** Calls `onChange` when somebody has signed in or out in another tab. Returns what ends that. */
export function hearChanges(onChange: () => void): () => void {
  const channel = openChannel()
  channel.addEventListener('message', onChange)
  return () => channel.removeEventListener('message', onChange)
}

/**
 * Takes the page away once its person is no longer signed in. Asks the server when another tab says that something
 * changed, when the page is looked at again, and shortly after the session's end; a network fault changes nothing.
 * Returns what ends the watch.
 */
export function watchSignedIn(userId: string, expiresInSeconds: number): () => void {
  const ending = new AbortController()
  const endsAt = now() + expiresInSeconds * 1_000
  let askedAt = now()

  async function ask() {
    askedAt = now()
    const verdict = await askWhoIsSignedIn(userId)
    if (ending.signal.aborted) return
    if (verdict.kind === 'signed-out') leave(signInPath(verdict.why ?? (now() >= endsAt ? 'expired' : 'revoked')))
    if (verdict.kind === 'other-person') leave(currentPath())
  }
  function askWhenSeen() {
    if (document.visibilityState === 'visible' && now() - askedAt >= quietMs) ask()
  }

  const stopHearing = hearChanges(ask)
  window.addEventListener('focus', askWhenSeen, { signal: ending.signal })
  document.addEventListener('visibilitychange', askWhenSeen, { signal: ending.signal })
  const timer = setTimeout(askWhenSeen, Math.min(expiresInSeconds * 1_000 + 1_000, longestTimerMs))
  return () => {
    ending.abort()
    stopHearing()
    clearTimeout(timer)
  }
}

async function askWhoIsSignedIn(userId: string): Promise<Verdict> {
  try {
    const response = await fetch('/bff/user', { headers: { Accept: 'application/json' }, cache: 'no-store' })
    if (response.status === 401) {
      const { why } = (await response.json()) as { why?: string }
      return { kind: 'signed-out', why: why ?? null }
    }
    if (!response.ok) return { kind: 'unknown' }
    const { user } = (await response.json()) as { user: { id: string } }
    return { kind: user.id === userId ? 'same' : 'other-person' }
  } catch {
    return { kind: 'unknown' }
  }
}

/** Loads `path` in place of this page and shows nothing of it any more, however long that takes. */
function leave(path: string): void {
  document.documentElement.style.visibility = 'hidden'
  window.location.replace(path)
}

function signInPath(why: string): string {
  markTab(false)
  return `/login?${new URLSearchParams({ redirectTo: currentPath(), why })}`
}

function currentPath(): string {
  return window.location.pathname + window.location.search
}

/** Loads the page anew when a browser brings it back as it was left: it may be somebody's who has signed out. */
export function reloadWhenRestored(): () => void {
  const onPageShow = (event: PageTransitionEvent) => {
    if (event.persisted) leave(currentPath())
  }
  window.addEventListener('pageshow', onPageShow)
  return () => window.removeEventListener('pageshow', onPageShow)
}
