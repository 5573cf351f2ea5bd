import { NavLink } from '@remix-run/react'
import { t } from '../../i18n/index.ts'

/** The pages of the admin. */
export function AdminTabs() {
  return (
    <nav aria-label={t('Admin')}>
      <ul className="tabs">
        <li>
          <NavLink to="/admin" end>
            {t('Overview')}
          </NavLink>
        </li>{' '}
        <li>
          <NavLink to="/admin/users">{t('People')}</NavLink>
        </li>{' '}
        <li>
          <NavLink to="/admin/projects">{t('Projects')}</NavLink>
        </li>{' '}
        <li>
          <NavLink to="/admin/events">{t('Events')}</NavLink>
        </li>
      </ul>
    </nav>
  )
}
