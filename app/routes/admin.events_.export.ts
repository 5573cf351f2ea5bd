import { eventQueryText, exportEvents, guardLoader } from '../bff/index.server.ts'
import { eventQuery } from '../contract/index.ts'
import { requireQuery } from '../presenters/page-input.server.ts'

/** The events that match, as a file: `?format=csv` or `json`, with the filters of the page. */
export const loader = /* @__PURE__ */ guardLoader(
  { access: 'admin', fresh: true, proofPage: (url) => pageOf(eventQueryText(url)) },
  async ({ url, principal, api }) => {
    requireQuery(url, eventQuery)
    const format = url.searchParams.get('format') === 'json' ? 'json' : 'csv'
    return exportEvents(principal, api, eventQueryText(url), format)
  },
)

/** The page with the same filters, from which the file is fetched. */
function pageOf(query: Record<string, string>): string {
  const filters = new URLSearchParams(query)
  return filters.size === 0 ? '/admin/events' : `/admin/events?${filters}`
}
