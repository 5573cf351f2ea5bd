import { NavLink } from '@remix-run/react'

/** The pages about one's own account. */
export function AccountTabs() {
  return (
    <nav aria-label="Account">
      <ul className="tabs">
        <li>
          <NavLink to="/account" end>
            You
          </NavLink>
        </li>{' '}
        <li>
          <NavLink to="/account/security">Ways to sign in</NavLink>
        </li>{' '}
        <li>
          <NavLink to="/account/sessions">Sessions</NavLink>
        </li>{' '}
        <li>
          <NavLink to="/account/activity">Activity</NavLink>
        </li>{' '}
        <li>
          <NavLink to="/account/privacy">Your data</NavLink>
        </li>{' '}
        <li>
          <NavLink to="/inspect">What goes on here</NavLink>
        </li>
      </ul>
    </nav>
  )
}
