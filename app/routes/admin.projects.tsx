import { redirect } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { guardLoader } from '../bff/index.server.ts'
import { AdminTabs } from '../components/admin/admin-tabs.tsx'
import { EmptyState } from '../components/layout/empty-state.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { Pager } from '../components/text/pager.tsx'
import { RichWords } from '../components/text/rich-words.tsx'
import { Timestamp } from '../components/text/timestamp.tsx'
import { type OwnedProject, ownedProject, pageOf, paging } from '../contract/index.ts'
import { t } from '../i18n/index.ts'
import { requireQuery } from '../presenters/page-input.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'admin' }, async ({ url, api }) => {
  const { page } = requireQuery(url, paging)
  const list = await api.get('/admin/projects', pageOf(ownedProject), { query: { page } })
  if (list.items.length === 0 && page > 1) throw redirect('/admin/projects')
  return { list }
})

export const meta = pageTitle(() => t('All projects'))

export default function AllProjects() {
  const { list } = useLoaderData<typeof loader>()
  return (
    <>
      <h1>{t('All projects')}</h1>
      <AdminTabs />
      {list.items.length === 0 ? (
        <EmptyState title={t('Nobody has a project yet')} />
      ) : (
        <ul className="cards rows">
          {list.items.map((item) => (
            <li key={item.id}>
              <OwnedProjectRow project={item} />
            </li>
          ))}
        </ul>
      )}
      <Pager {...list} />
    </>
  )
}

function OwnedProjectRow({ project }: { project: OwnedProject }) {
  return (
    <article className="card" aria-labelledby={`project-${project.id}`}>
      <h2 className="card-title" id={`project-${project.id}`}>
        {project.name}
      </h2>
      {project.archivedAt === null ? null : (
        <p className="badges">
          <span className="badge">{t('Archived')}</span>
        </p>
      )}
      {project.description ? <p className="card-text">{project.description}</p> : null}
      <p className="meta">
        {project.ownerName} ({project.ownerEmail}) ·{' '}
        <RichWords text="created {time}" parts={{ time: <Timestamp at={project.createdAt} only="date" /> }} />
      </p>
    </article>
  )
}
