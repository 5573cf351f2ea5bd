import { useRevalidator } from '@remix-run/react'
import { useEffect, useRef } from 'react'
import { useCurrentSession } from './current-user.ts'
import { followTabs, lookOnceForNewTicket, watchSignedIn } from './tab-session.ts'

/**
 * Keeps what a tab shows in step with who is signed in: signing out, or in as somebody else, in one tab reaches the
 * others. Goes on with what the page's first script began. Shows nothing itself.
 */
export function SessionWatch() {
  const { userId, expiresInSeconds } = useCurrentSession()
  const { revalidate } = useRevalidator()
  const refresh = useRef(revalidate)
  refresh.current = revalidate

  useEffect(() => followTabs(userId, () => refresh.current()), [userId])
  useEffect(() => {
    if (userId === null) return lookOnceForNewTicket(() => refresh.current())
    return watchSignedIn(expiresInSeconds)
  }, [userId, expiresInSeconds])
  return null
}
