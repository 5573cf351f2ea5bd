import { Link, useLocation, useNavigation } from '@remix-run/react'
import { type ReactNode, useEffect, useRef } from 'react'
import { t } from '../../i18n/index.ts'
import { DoneNotice } from './done-notice.tsx'
import { SiteHeader } from './site-header.tsx'

/** What surrounds every page, error pages included: skip link, header, notices, footer. */
export function SiteFrame({ children }: { children: ReactNode }) {
  const busy = useNavigation().state !== 'idle'
  return (
    <>
      <a className="skip-link" href="#main">
        {t('Skip to the content')}
      </a>
      <SiteHeader />
      <main id="main" className="site-main" tabIndex={-1} ref={useFocusOnNewPage()} aria-busy={busy || undefined}>
        <DoneNotice />
        {children}
      </main>
      <footer className="site-footer">
        <p>{t('Cloakroom: your browser holds a ticket, the coat stays behind the counter.')}</p>
        <p>
          <PreferencesLink />
        </p>
      </footer>
    </>
  )
}

/** The way to the choice of colours and language, and back to this page. */
function PreferencesLink() {
  const { pathname, search } = useLocation()
  const query = new URLSearchParams(pathname === '/preferences' ? {} : { redirectTo: pathname + search })
  return <Link to={`/preferences?${query}`}>{t('Appearance and language')}</Link>
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
