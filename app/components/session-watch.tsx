import { useRevalidator } from '@remix-run/react'
import { useEffect, useRef } from 'react'
import { useCurrentSession } from './current-user.ts'
import { announceChange, hearChanges, reloadWhenRestored, watchSignedIn } from './tab-session.ts'

/**
 * Keeps what a tab shows in step with who is signed in: signing out, or in as somebody else, in one tab reaches the
 * others, and pages that the back button brings back are loaded anew. Shows nothing itself.
 */
export function SessionWatch() {
  const { userId, expiresInSeconds } = useCurrentSession()
  const { revalidate } = useRevalidator()
  const refresh = useRef(revalidate)
  refresh.current = revalidate

  useEffect(reloadWhenRestored, [])
  useEffect(() => announceChange(userId !== null), [userId])
  useEffect(() => {
    if (userId === null) return hearChanges(() => refresh.current())
    return watchSignedIn(userId, expiresInSeconds)
  }, [userId, expiresInSeconds])
  return null
}
