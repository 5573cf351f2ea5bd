import { redirect } from '@remix-run/node'
import { Link, useActionData, useLoaderData, useSearchParams } from '@remix-run/react'
import { findReuseNotice, guardAction, guardLoader } from '../bff/index.server.ts'
import { EmptyState } from '../components/layout/empty-state.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { FollowToggle } from '../components/projects/follow-toggle.tsx'
import { useLiveProjects } from '../components/projects/live-projects.ts'
import { ProjectCard } from '../components/projects/project-card.tsx'
import { ProjectForm } from '../components/projects/project-form.tsx'
import { useCurrentUser } from '../components/session/current-user.ts'
import { ReuseNotice } from '../components/session/reuse-notice.tsx'
import { Pager } from '../components/text/pager.tsx'
import { createProjectInput, pageOf, paging, project } from '../contract/index.ts'
import { agentName } from '../http/index.server.ts'
import { translateAgent } from '../i18n/index.server.ts'
import { t } from '../i18n/index.ts'
import { withDone } from '../presenters/notices.server.ts'
import { carryOut, parseForm, refuseForm, requireQuery } from '../presenters/page-input.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'user' }, async ({ url, api, principal }) => {
  const { page } = requireQuery(url, paging)
  const archived = url.searchParams.get('archived') === 'true'
  const list = await api.get('/projects', pageOf(project), { query: { page, archived: String(archived) } })
  if (list.items.length === 0 && page > 1) throw redirect(archived ? '/dashboard?archived=true' : '/dashboard')
  const reuse = await findReuseNotice(principal)
  return { list, archived, reuse: reuse && { at: reuse.endedAt, name: translateAgent(agentName(reuse.agent)) } }
})

export const action = /* @__PURE__ */ guardAction({ access: 'user' }, async ({ form, api }) => {
  const submission = parseForm(form, createProjectInput)
  if (submission.status !== 'success') return refuseForm(submission)
  return carryOut(submission, async () => {
    const created = await api.post('/projects', submission.value, project)
    return redirect(`${withDone('/dashboard', 'project-created')}&project=${created.id}`)
  })
})

export const meta = pageTitle(() => t('Dashboard'))

export default function Dashboard() {
  const { list: loaded, archived, reuse } = useLoaderData<typeof loader>()
  const { list, look } = useLiveProjects(loaded, archived)
  const answer = useActionData<typeof action>()?.lastResult
  const newest = useSearchParams()[0].get('project') ?? 'none'
  const user = useCurrentUser()
  const here = archived ? '/dashboard?archived=true' : '/dashboard'
  return (
    <>
      <h1>{t('Your projects')}</h1>
      <ReuseNotice notice={reuse} />
      <div className="with-panel">
        <section className="panel" aria-labelledby="new-title">
          <h2 id="new-title">{t('New project')}</h2>
          <ProjectForm
            key={newest}
            id="new-project"
            action="/dashboard"
            intent="create"
            answer={answer}
            submit={t('Create project')}
            pending={t('Creating…')}
          />
        </section>
        <section aria-label={archived ? t('Archived projects') : t('Current projects')}>
          <ListTabs archived={archived} />
          <FollowToggle look={look} />
          {list.items.length === 0 ? (
            <NoProjects archived={archived} name={user?.name} />
          ) : (
            <ul className="cards">
              {list.items.map((item) => (
                <li key={item.id}>
                  <ProjectCard project={item} redirectTo={pathOfPage(here, list.page)} />
                </li>
              ))}
            </ul>
          )}
          <Pager {...list} />
        </section>
      </div>
      <p className="aside meta">
        {t('Curious how you are signed in?')}{' '}
        <Link to="/inspect">{t('See what your browser holds, and what stays here')}</Link>.
      </p>
    </>
  )
}

function pathOfPage(path: string, page: number): string {
  if (page === 1) return path
  return `${path}${path.includes('?') ? '&' : '?'}page=${page}`
}

function ListTabs({ archived }: { archived: boolean }) {
  return (
    <nav aria-label={t('Which projects')}>
      <ul className="tabs">
        <li>
          <Link to="/dashboard" aria-current={archived ? undefined : 'page'}>
            {t('Current')}
          </Link>
        </li>
        <li>
          <Link to="/dashboard?archived=true" aria-current={archived ? 'page' : undefined}>
            {t('Archived')}
          </Link>
        </li>
      </ul>
    </nav>
  )
}

function NoProjects({ archived, name }: { archived: boolean; name: string | undefined }) {
  if (archived)
    return <EmptyState title={t('Nothing is archived')}>{t('Projects that you archive rest here.')}</EmptyState>
  return (
    <EmptyState title={name ? t('Welcome, {name}', { name }) : t('Nothing here yet')}>
      {t('You have no current projects. Give the first one a name and create it.')}
    </EmptyState>
  )
}
