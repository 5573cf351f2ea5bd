import { redirect } from '@remix-run/node'
import { Link, type MetaFunction, useActionData, useLoaderData } from '@remix-run/react'
import { guardAction, guardLoader } from '../bff/index.server.ts'
import { pageTitle } from '../components/layout/page-title.ts'
import { ProjectActions } from '../components/projects/project-actions.tsx'
import { ProjectForm } from '../components/projects/project-form.tsx'
import { RichWords } from '../components/text/rich-words.tsx'
import { Timestamp } from '../components/text/timestamp.tsx'
import { createProjectInput, project } from '../contract/index.ts'
import { safePath } from '../http/index.server.ts'
import { t } from '../i18n/index.ts'
import { Problem } from '../kernel/index.ts'
import { type Done, withDone } from '../presenters/notices.server.ts'
import { carryOut, parseForm, refuseForm } from '../presenters/page-input.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'user' }, async ({ params, api }) => ({
  project: await api.get(pathOf(params.id), project),
}))

export const action = /* @__PURE__ */ guardAction({ access: 'user' }, async ({ params, form, api }) => {
  const path = pathOf(params.id)
  const back = (done: Done) => redirect(withDone(safePath(form.get('redirectTo')?.toString()), done))
  switch (form.get('intent')) {
    case 'change': {
      const submission = parseForm(form, createProjectInput)
      if (submission.status !== 'success') return refuseForm(submission)
      return carryOut(submission, async () => {
        await api.patch(path, submission.value, project)
        return redirect(withDone(path, 'project-changed'))
      })
    }
    case 'archive':
      await api.patch(path, { archived: true }, project)
      return back('project-archived')
    case 'restore':
      await api.patch(path, { archived: false }, project)
      return back('project-restored')
    case 'delete':
      await api.delete(path)
      return back('project-deleted')
    default:
      throw new Problem('malformed_request', { detail: 'The form did not say what to do.' })
  }
})

/** The path of a project, the same for people and in the API. */
function pathOf(id: string | undefined): string {
  return `/projects/${encodeURIComponent(id ?? '')}`
}

export const meta: MetaFunction<typeof loader> = ({ data, ...rest }) =>
  pageTitle(() => data?.project.name ?? t('Project'))({ data, ...rest })

export default function ProjectPage() {
  const { project } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()?.lastResult
  const path = `/projects/${project.id}`
  return (
    <article className="project" aria-labelledby="project-title">
      <p className="up">
        <Link to={project.archivedAt === null ? '/dashboard' : '/dashboard?archived=true'}>{t('All projects')}</Link>
      </p>
      <h1 id="project-title">{project.name}</h1>
      <p className="badges">
        {project.archivedAt === null ? null : (
          <span className="badge">
            <RichWords text="Archived {time}" parts={{ time: <Timestamp at={project.archivedAt} only="date" /> }} />
          </span>
        )}
      </p>
      {project.description ? (
        <p className="prose">{project.description}</p>
      ) : (
        <p className="quiet">{t('No description yet.')}</p>
      )}
      <p className="meta">
        <RichWords text="Created {time}" parts={{ time: <Timestamp at={project.createdAt} /> }} />
        {project.updatedAt === project.createdAt ? null : (
          <>
            {' '}
            · <RichWords text="last changed {time}" parts={{ time: <Timestamp at={project.updatedAt} /> }} />
          </>
        )}
      </p>
      <details className="panel" key={project.updatedAt} open={answer ? true : undefined}>
        <summary>{t('Rename or describe')}</summary>
        <ProjectForm
          id="change-project"
          action={path}
          intent="change"
          answer={answer}
          defaultValue={{ name: project.name, description: project.description }}
          submit={t('Save changes')}
          pending={t('Saving…')}
        />
      </details>
      <ProjectActions project={project} />
    </article>
  )
}
