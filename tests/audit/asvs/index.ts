import type { Requirement } from './requirement.ts'

export type { Evidence, Requirement, Status } from './requirement.ts'

export type Chapter = { id: string; title: string; requirements: readonly Requirement[] }
export const chapters: readonly Chapter[] = []
