import { useLocation } from '@remix-run/react'
import { useEffect } from 'react'
import { useNotice } from '../session/current-user.ts'

/** The success notice of the page one was sent to. Taken out of the address, so that a reload does not repeat it. */
export function DoneNotice() {
  const { key } = useLocation()
  const text = useNotice()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same notice can come twice, each time with a new key
  useEffect(() => {
    const address = new URL(window.location.href)
    if (text === null || !address.searchParams.has('done')) return
    for (const name of ['done', 'project']) address.searchParams.delete(name)
    window.history.replaceState(window.history.state, '', address)
  }, [text, key])
  return (
    <div role="status">
      {text ? (
        <p key={key} className="notice notice-good">
          {text}
        </p>
      ) : null}
    </div>
  )
}
