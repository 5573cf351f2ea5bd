import { NavLink } from '@remix-run/react'

/** The two lists of the admin. */
export function AdminTabs() {
  return (
    <nav aria-label="Admin">
      <ul className="tabs">
        <li>
          <NavLink to="/admin/users">People</NavLink>
        </li>
        <li>
          <NavLink to="/admin/projects">Projects</NavLink>
        </li>
      </ul>
    </nav>
  )
}
