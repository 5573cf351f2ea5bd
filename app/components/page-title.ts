import { isRouteErrorResponse, type MetaFunction } from '@remix-run/react'
import { titleOfStatus } from './problem-words.ts'

/** `<title>` of a page; when the page failed, of what went wrong instead. */
export function pageTitle(title: string): MetaFunction {
  return ({ error }) => [{ title: `${error ? titleOfError(error) : title} · Cloakroom` }]
}

function titleOfError(error: unknown): string {
  return titleOfStatus(isRouteErrorResponse(error) ? error.status : 500)
}
