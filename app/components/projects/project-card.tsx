import { Link } from '@remix-run/react'
import type { Project } from '../../contract/index.ts'
import { RichWords } from '../text/rich-words.tsx'
import { Timestamp } from '../text/timestamp.tsx'
import { ProjectActions } from './project-actions.tsx'

/** One project in the list of its owner. */
export function ProjectCard({ project, redirectTo }: { project: Project; redirectTo: string }) {
  return (
    <article className="card ticket" aria-labelledby={`project-${project.id}`}>
      <h2 className="card-title" id={`project-${project.id}`}>
        <Link to={`/projects/${project.id}`}>{project.name}</Link>
      </h2>
      {project.description ? <p className="card-text">{project.description}</p> : null}
      <p className="meta">
        {project.archivedAt === null ? (
          <RichWords text="Created {time}" parts={{ time: <Timestamp at={project.createdAt} only="date" /> }} />
        ) : (
          <RichWords text="Archived {time}" parts={{ time: <Timestamp at={project.archivedAt} only="date" /> }} />
        )}
      </p>
      <ProjectActions project={project} redirectTo={redirectTo} />
    </article>
  )
}
