import type { Project } from '../contract/index.ts'
import { Confirm } from './confirm.tsx'
import { PostForm } from './post-form.tsx'
import { SubmitButton } from './submit-button.tsx'

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
          <SubmitButton intent="archive" look="plain" pending="Archiving…">
            Archive{name}
          </SubmitButton>
        ) : (
          <SubmitButton intent="restore" look="plain" pending="Restoring…">
            Restore{name}
          </SubmitButton>
        )}
      </PostForm>
      <Confirm
        label={<>Delete{name}</>}
        question={
          <>Delete “{project.name}” for good? This cannot be undone. Archiving keeps it out of sight instead.</>
        }
      >
        <PostForm action={action}>
          <input type="hidden" name="redirectTo" value={redirectTo ?? '/dashboard'} />
          <SubmitButton intent="delete" look="danger" pending="Deleting…">
            Delete for good
          </SubmitButton>
        </PostForm>
      </Confirm>
    </div>
  )
}
