import { Link } from '@remix-run/react'
import { guardLoader } from '../bff/index.server.ts'
import { pageTitle } from '../components/layout/page-title.ts'
import { t } from '../i18n/index.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'optional' }, async () => ({}))

export const meta = pageTitle(() => t('Goodbye'))

export default function Farewell() {
  return (
    <section className="narrow ticket" aria-labelledby="farewell-title">
      <h1 id="farewell-title">{t('Your coat is handed back')}</h1>
      <p>
        {t('Your account is deleted, with its sessions and projects. This browser holds no ticket any more. Goodbye.')}
      </p>
      <p className="aside">
        <Link to="/">{t('To the start page')}</Link>
      </p>
    </section>
  )
}
