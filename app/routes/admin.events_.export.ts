import { eventQueryText, exportEvents, guardLoader } from '../bff/index.server.ts'
import { requireQuery } from '../components/page-input.server.ts'
import { eventQuery } from '../contract/index.ts'

/** The events that match, as a file: `?format=csv` or `json`, with the filters of the page. */
export const loader = /* @__PURE__ */ guardLoader({ access: 'admin' }, async ({ url, principal, api }) => {
  requireQuery(url, eventQuery)
  const format = url.searchParams.get('format') === 'json' ? 'json' : 'csv'
  return exportEvents(principal, api, eventQueryText(url), format)
})
