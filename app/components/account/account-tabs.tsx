import { NavLink } from '@remix-run/react'
import { t } from '../../i18n/index.ts'

/** The pages about one's own account. */
export function AccountTabs() {
  return (
    <nav className="account-nav" aria-label={t('Account')}>
      <ul className="tabs">
        <li>
          <NavLink to="/account" end>
            {t('You')}
          </NavLink>
        </li>{' '}
        <li>
          <NavLink to="/account/security">{t('Ways to sign in')}</NavLink>
        </li>{' '}
        <li>
          <NavLink to="/account/sessions">{t('Sessions')}</NavLink>
        </li>{' '}
        <li>
          <NavLink to="/account/activity">{t('Activity')}</NavLink>
        </li>{' '}
        <li>
          <NavLink to="/account/privacy">{t('Your data')}</NavLink>
        </li>{' '}
        <li>
          <NavLink to="/inspect">{t('What goes on here')}</NavLink>
        </li>
      </ul>
    </nav>
  )
}
