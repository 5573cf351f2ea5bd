import { useLocation } from '@remix-run/react'
import { useEffect } from 'react'

/** What can be said after a redirect, by the code that stands in `?done=`. Anything else is ignored. */
const notices = {
  'project-created': 'Project created.',
  'project-changed': 'Changes saved.',
  'project-archived': 'Project archived. You find it under “Archived”.',
  'project-restored': 'Project is back among the current ones.',
  'project-deleted': 'Project deleted.',
  'user-disabled': 'Account disabled. Its sessions have ended.',
  'user-enabled': 'Account enabled.',
  'user-promoted': 'Admin rights given.',
  'user-demoted': 'Admin rights removed.',
  'user-deleted': 'Account deleted.',
} as const
export type Done = keyof typeof notices

/** `path` with the notice that the page shows on arrival. */
export function withDone(path: string, done: Done): string {
  const [pathname, search] = path.split('?')
  const query = new URLSearchParams(search)
  query.set('done', done)
  return `${pathname}?${query}`
}

/** The success notice of the page one was sent to. Taken out of the address, so that a reload does not repeat it. */
export function DoneNotice() {
  const { search, key } = useLocation()
  const done = new URLSearchParams(search).get('done')
  const text = done !== null && Object.hasOwn(notices, done) ? notices[done as Done] : null
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
