import { useRouteLoaderData } from '@remix-run/react'
import { createContext, useContext } from 'react'
import type { Preferences } from '../../contract/index.ts'

const none: Preferences = { theme: null, language: null }

/** What the browser of this response was told. Provided on the server only, for pages whose root loader failed. */
export const PreferencesContext = createContext<Preferences>(none)

/** The chosen look and language, on error pages as well. */
export function usePreferences(): Preferences {
  const provided = useContext(PreferencesContext)
  const data = useRouteLoaderData('root') as { preferences?: Preferences } | undefined
  if (data?.preferences) return data.preferences
  return typeof document === 'undefined' ? provided : shownPreferences()
}

function shownPreferences(): Preferences {
  const { theme } = document.documentElement.dataset
  return { ...none, theme: theme === 'light' || theme === 'dark' ? theme : null }
}
