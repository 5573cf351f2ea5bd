import { useRouteLoaderData } from '@remix-run/react'
import type { CurrentUser, Preferences } from '../../contract/index.ts'

/** What the root loader tells every page. `csrf` is null for people who are not signed in. */
export type RootData = {
  user: CurrentUser | null
  expiresInSeconds: number
  csrf: string | null
  preferences: Preferences
  /** What was done before the page was asked for, in words; see `done-words.ts`. */
  notice: string | null
}

/** The signed-in person, or null: nobody is, or the root loader itself failed. */
export function useCurrentUser(): CurrentUser | null {
  return useRootData()?.user ?? null
}

/** Whose session the page was made in, and how much of it was left then; `userId` is null when nobody is signed in. */
export function useCurrentSession(): { userId: string | null; expiresInSeconds: number } {
  const data = useRootData()
  return { userId: data?.user?.id ?? null, expiresInSeconds: data?.expiresInSeconds ?? 0 }
}

/** The success notice of the page at hand; null when there is none. */
export function useNotice(): string | null {
  return useRootData()?.notice ?? null
}

function useRootData(): RootData | undefined {
  return useRouteLoaderData('root') as RootData | undefined
}
