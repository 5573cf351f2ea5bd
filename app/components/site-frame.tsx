import { useLocation, useNavigation } from '@remix-run/react'
import { type ReactNode, useEffect, useRef } from 'react'
import { DoneNotice } from './done-notice.tsx'
import { SiteHeader } from './site-header.tsx'

/** What surrounds every page, error pages included: skip link, header, notices, footer. */
export function SiteFrame({ children }: { children: ReactNode }) {
  const busy = useNavigation().state !== 'idle'
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <SiteHeader />
      <main id="main" className="site-main" tabIndex={-1} ref={useFocusOnNewPage()} aria-busy={busy || undefined}>
        <DoneNotice />
        {children}
      </main>
      <footer className="site-footer">
        <p>Cloakroom: your browser holds a ticket, the coat stays behind the counter.</p>
      </footer>
    </>
  )
}

/** Moves the focus to the content when scripts replaced the page, as a loaded document would begin anew. */
function useFocusOnNewPage() {
  const main = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  const shown = useRef(pathname)
  useEffect(() => {
    if (shown.current === pathname) return
    shown.current = pathname
    main.current?.focus({ preventScroll: true })
  }, [pathname])
  return main
}
