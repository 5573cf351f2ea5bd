import { NavLink } from '@remix-run/react'

/** The pages of the admin. */
export function AdminTabs() {
  return (
    <nav aria-label="Admin">
      <ul className="tabs">
        <li>
          <NavLink to="/admin" end>
            Overview
          </NavLink>
        </li>{' '}
        <li>
          <NavLink to="/admin/users">People</NavLink>
        </li>{' '}
        <li>
          <NavLink to="/admin/projects">Projects</NavLink>
        </li>{' '}
        <li>
          <NavLink to="/admin/events">Events</NavLink>
        </li>
      </ul>
    </nav>
  )
}
