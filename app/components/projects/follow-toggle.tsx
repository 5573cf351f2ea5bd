import { useRevalidator } from '@remix-run/react'
import { useEffect, useRef, useState } from 'react'
import { t } from '../../i18n/index.ts'

const everyMs = 5_000

type FollowToggleProps = {
  startsOn?: boolean
  /** What to do each time, instead of loading the page's data anew. */
  look?: () => void
}

/** Keeps the page's data fresh while it is on and looked at. Without scripts there is nothing: reloading does the same. */
export function FollowToggle({ startsOn = false, look }: FollowToggleProps) {
  const [isScripted, setScripted] = useState(false)
  const [isFollowing, setFollowing] = useState(startsOn)
  const { revalidate, state } = useRevalidator()
  const refresh = useRef(look ?? revalidate)
  refresh.current = look ?? revalidate

  useEffect(() => setScripted(true), [])
  useEffect(() => {
    if (!isFollowing) return
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') refresh.current()
    }, everyMs)
    return () => clearInterval(timer)
  }, [isFollowing])

  if (!isScripted) return null
  return (
    <button
      type="button"
      className="button button-plain"
      aria-pressed={isFollowing}
      aria-busy={state !== 'idle' || undefined}
      onClick={() => setFollowing(!isFollowing)}
    >
      {isFollowing ? t('Following') : t('Follow')}
    </button>
  )
}
