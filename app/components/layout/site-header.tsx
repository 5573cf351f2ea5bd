import { Link, useLocation } from '@remix-run/react'
import { t } from '../../i18n/index.ts'
import { useCurrentUser } from '../session/current-user.ts'
import { Mark } from './mark.tsx'
import { SignOutForm } from './sign-out-form.tsx'

/** Mark, navigation and sign out. */
export function SiteHeader() {
  const user = useCurrentUser()
  return (
    <header className="site-header">
      <div className="site-header-inner">
        <Link to="/" className="brand">
          <Mark />
          <span>{t('Cloakroom')}</span>
        </Link>
        <nav aria-label={t('Main')}>
          <ul className="site-nav">
            {user ? (
              <>
                <NavItem to="/dashboard" section="/projects/">
                  {t('Dashboard')}
                </NavItem>
                <NavItem to="/account" section="/account/">
                  {t('Account')}
                </NavItem>
                {user.roles.includes('admin') ? (
                  <NavItem to="/admin" section="/admin/">
                    {t('Admin')}
                  </NavItem>
                ) : null}
              </>
            ) : (
              <>
                <NavItem to="/login">{t('Sign in')}</NavItem>
                <NavItem to="/register">{t('Register')}</NavItem>
              </>
            )}
          </ul>
        </nav>
        {user ? (
          <div className="sign-out">
            <SignOutForm />
          </div>
        ) : null}
      </div>
    </header>
  )
}

type NavItemProps = {
  to: string
  /** Paths that begin so belong to this entry too. */
  section?: string
  children: string
}

function NavItem({ to, section, children }: NavItemProps) {
  const { pathname } = useLocation()
  const isCurrent = pathname === to || (section !== undefined && pathname.startsWith(section))
  return (
    <li>
      <Link to={to} aria-current={isCurrent ? 'page' : undefined}>
        {children}
      </Link>
    </li>
  )
}
