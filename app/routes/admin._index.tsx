import { Link, useLoaderData } from '@remix-run/react'
import { guardLoader } from '../bff/index.server.ts'
import { AdminTabs } from '../components/admin/admin-tabs.tsx'
import { BarPlot } from '../components/admin/bar-plot.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { Timestamp } from '../components/text/timestamp.tsx'
import { type OverviewStep, overview, overviewQuery } from '../contract/index.ts'
import { message, plural, t } from '../i18n/index.ts'
import { requireQuery } from '../presenters/page-input.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'admin' }, async ({ url, api }) => {
  const { span } = requireQuery(url, overviewQuery)
  return { span, overview: await api.get('/admin/overview', overview, { query: { span } }) }
})

export const meta = pageTitle(() => t('Overview'))

const curves = [
  ['signIns', message('Sign-ins'), 'good'],
  ['failures', message('Failed sign-ins'), 'bad'],
  ['activeSessions', message('Active sessions'), 'plain'],
  ['lockouts', message('Lockouts'), 'bad'],
] as const

export default function AdminOverview() {
  const { span, overview } = useLoaderData<typeof loader>()
  const { steps } = overview
  const [from, until] = span === 'day' ? [t('two days ago'), t('this hour')] : [t('thirty days ago'), t('today')]
  return (
    <>
      <h1>{t('Overview')}</h1>
      <AdminTabs />
      <p>
        {plural('{count} person|{count} people', overview.people)},{' '}
        {plural('{count} of them an admin|{count} of them admins', overview.admins)};{' '}
        {t('{count} disabled.', { count: overview.disabled })}
      </p>
      <nav aria-label={t('How far back')}>
        <ul className="tabs">
          <li>
            <Link to="/admin" aria-current={span === 'day' ? 'page' : undefined}>
              {t('Two days, by the hour')}
            </Link>
          </li>{' '}
          <li>
            <Link to="/admin?span=month" aria-current={span === 'month' ? 'page' : undefined}>
              {t('Thirty days')}
            </Link>
          </li>
        </ul>
      </nav>
      <div className="plots">
        {curves.map(([name, title, look]) => (
          <BarPlot
            key={name}
            id={name}
            title={t(title)}
            {...{ look, from, until }}
            values={steps.map((step) => step[name])}
          />
        ))}
      </div>
      <details className="panel">
        <summary>{t('The same as a table')}</summary>
        <OverviewTable steps={steps} only={span === 'day' ? undefined : 'date'} />
      </details>
    </>
  )
}

function OverviewTable({ steps, only }: { steps: readonly OverviewStep[]; only: 'date' | undefined }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <section className="table-frame" aria-label={t('Numbers by time')} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('From')}</th>
            {curves.map(([name, title]) => (
              <th key={name} scope="col">
                {t(title)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {steps.toReversed().map((step) => (
            <tr key={step.startsAt}>
              <td>
                <Timestamp at={step.startsAt} {...(only ? { only } : {})} />
              </td>
              {curves.map(([name]) => (
                <td key={name}>{step[name]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
