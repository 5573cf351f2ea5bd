import { now } from '../../kernel/index.ts'
import './tab-watch.ts'

/** A page that is looked at again asks the server at most this often, in milliseconds. */
const quietMs = 5_000
/** A tab that was refused asks once more after this long, in milliseconds; the page's first script waits as long. */
const secondLookMs = 1_000
/** The longest that a browser's timer can wait; a longer wait would end at once. */
const longestTimerMs = 2 ** 31 - 1

/**
 * Tells the first script of the page whose page it is now, which tells the other tabs. Once nobody is signed in, a change
 * in another tab calls `refresh`, and so does one that came before this. Returns what ends that.
 */
export function followTabs(userId: string | null, refresh: () => void): () => void {
  const tab = window.cloakroomTab
  tab.personId = userId ?? ''
  tab.refresh = refresh
  tab.announce(userId !== null)
  if (userId === null && tab.hasHeard) refresh()
  tab.hasHeard = false
  return () => {
    tab.refresh = null
  }
}

/**
 * On a sign-in page that a refusal led to, calls `refresh` once of its own accord: the cookie of another tab's new session
 * may have come meanwhile. Returns what ends that.
 */
export function lookOnceForNewTicket(refresh: () => void): () => void {
  const isRefused = new URLSearchParams(window.location.search).get('why') === 'revoked'
  const timer = isRefused ? setTimeout(refresh, secondLookMs) : undefined
  return () => clearTimeout(timer)
}

/**
 * Asks whether the page's person is still signed in when the page is looked at again, even if that was before this is
 * called, and shortly after the session's end. Returns what ends the watch.
 */
export function watchSignedIn(expiresInSeconds: number): () => void {
  const ending = new AbortController()
  const endsAt = now() + expiresInSeconds * 1_000
  let askedAt = now()

  function ask() {
    askedAt = now()
    void window.cloakroomTab.ask(now() >= endsAt ? 'expired' : 'revoked')
  }
  function askWhenSeen() {
    if (document.visibilityState === 'visible' && now() - askedAt >= quietMs) ask()
  }

  if (window.cloakroomTab.wasLookedAt && performance.now() >= quietMs) ask()
  window.cloakroomTab.wasLookedAt = false
  window.addEventListener('focus', askWhenSeen, { signal: ending.signal })
  document.addEventListener('visibilitychange', askWhenSeen, { signal: ending.signal })
  const timer = setTimeout(askWhenSeen, Math.min(expiresInSeconds * 1_000 + 1_000, longestTimerMs))
  return () => {
    ending.abort()
    clearTimeout(timer)
  }
}
