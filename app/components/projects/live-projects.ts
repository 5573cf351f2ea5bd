import { useRevalidator } from '@remix-run/react'
import { useEffect, useRef, useState } from 'react'
import { type Page, type Project, projectPageShape } from '../../contract/index.ts'
import { useCsrf } from '../forms/csrf-field.tsx'
import { bffFetch } from './bff-fetch.ts'

/**
 * A list of projects that `look` brings up to date through the proxy, without loading the page's data anew. Starts from,
 * and falls back to, what the page was loaded with.
 */
export function useLiveProjects(loaded: Page<Project>, archived: boolean): { list: Page<Project>; look: () => void } {
  const [seen, setSeen] = useState<{ since: Page<Project>; list: Page<Project> } | null>(null)
  const { revalidate } = useRevalidator()
  const csrf = useCsrf()
  const asking = useRef<AbortController | null>(null)
  useEffect(() => () => asking.current?.abort(), [])

  async function look() {
    if (csrf === null) return
    asking.current?.abort()
    asking.current = new AbortController()
    const { signal } = asking.current
    const query = new URLSearchParams({ archived: String(archived), page: String(loaded.page) })
    try {
      const list = await bffFetch(`/bff/api/projects?${query}`, {
        csrf,
        shape: projectPageShape,
        passive: true,
        signal,
      })
      if (!signal.aborted) setSeen({ since: loaded, list })
    } catch {
      // The page's own loader knows what to do: to sign in again, or to say what is wrong.
      if (!signal.aborted) revalidate()
    }
  }

  return { list: seen?.since === loaded ? seen.list : loaded, look: () => void look() }
}
