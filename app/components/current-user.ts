import { useRouteLoaderData } from '@remix-run/react'
import type { CurrentUser } from '../contract/index.ts'

/** What the root loader tells every page. `csrf` is null for people who are not signed in. */
export type RootData = { user: CurrentUser | null; csrf: string | null }

/** The signed-in person, or null: nobody is, or the root loader itself failed. */
export function useCurrentUser(): CurrentUser | null {
  const data = useRouteLoaderData('root') as RootData | undefined
  return data?.user ?? null
}
