import { guardLoader } from '../bff/index.server.ts'
import { pageTitle } from '../components/layout/page-title.ts'
import { t } from '../i18n/index.ts'
import { Problem } from '../kernel/index.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

/** Every address that nothing else answers. */
export const loader = /* @__PURE__ */ guardLoader({ access: 'optional' }, async () => {
  throw new Problem('not_found', { detail: 'The address may be mistyped, or what stood here is gone.' })
})

export const meta = pageTitle(() => t('Nothing here'))

export default function NothingHere() {
  return null
}
