import type { Project } from '../../contract/index.ts'
import { t } from '../../i18n/index.ts'
import { Confirm } from '../forms/confirm.tsx'
import { PostForm } from '../forms/post-form.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'

type ProjectActionsProps = {
  project: Pick<Project, 'id' | 'name' | 'archivedAt'>
  /** The list to go back to afterwards. Without one, the project's page stays, and a deleted one leads to the dashboard. */
  redirectTo?: string
}

/** Archive or restore, and delete after a question. Works the same in the list and on the project's page. */
export function ProjectActions({ project, redirectTo }: ProjectActionsProps) {
  const action = `/projects/${project.id}`
  const name = <span className="visually-hidden"> {project.name}</span>
  return (
    <div className="actions">
      <PostForm action={action}>
        <input type="hidden" name="redirectTo" value={redirectTo ?? action} />
        {project.archivedAt === null ? (
          <SubmitButton intent="archive" look="plain" pending={t('Archiving…')}>
            {t('Archive')}
            {name}
          </SubmitButton>
        ) : (
          <SubmitButton intent="restore" look="plain" pending={t('Restoring…')}>
            {t('Restore')}
            {name}
          </SubmitButton>
        )}
      </PostForm>
      <Confirm
        label={
          <>
            {t('Delete')}
            {name}
          </>
        }
        question={t('Delete “{name}” for good? This cannot be undone. Archiving keeps it out of sight instead.', {
          name: project.name,
        })}
      >
        <PostForm action={action}>
          <input type="hidden" name="redirectTo" value={redirectTo ?? '/dashboard'} />
          <SubmitButton intent="delete" look="danger" pending={t('Deleting…')}>
            {t('Delete for good')}
          </SubmitButton>
        </PostForm>
      </Confirm>
    </div>
  )
}
