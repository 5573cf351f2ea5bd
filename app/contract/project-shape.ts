import type { Page } from './paging.ts'
import type { Project } from './project.ts'
import { listOf, nullOr, numberShape, objectOf, type Shape, textShape } from './shape.ts'

/** One page of projects, as `pageOf(project)` describes it. */
export const projectPageShape: Shape<Page<Project>> = objectOf({
  items: listOf(
    objectOf<Project>({
      id: textShape,
      ownerId: textShape,
      name: textShape,
      description: textShape,
      archivedAt: nullOr(numberShape),
      createdAt: numberShape,
      updatedAt: numberShape,
    }),
  ),
  page: numberShape,
  limit: numberShape,
  total: numberShape,
})
