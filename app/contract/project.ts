import * as z from 'zod'
import { normalizedText } from './normalized-text.ts'

export const projectName = normalizedText('NFC', {
  error: 'Give the project a name',
  max: 100,
  tooLong: 'A project name has at most 100 characters',
})
  .transform((text) => text.trim())
  .pipe(
    z
      .string()
      .min(1, 'Give the project a name')
      .max(100, 'A project name has at most 100 characters')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
      .regex(/^[^\u0000-\u001f\u007f]*$/, 'A project name is one line'),
  )

export const projectDescription = normalizedText('NFC', {
  max: 2_000,
  tooLong: 'A description has at most 2,000 characters',
})
  .transform((text) => text.replaceAll('\r\n', '\n').trim())
  .pipe(
    z
      .string()
      .max(2_000, 'A description has at most 2,000 characters')
      .refine((text) => text.isWellFormed() && !text.includes('\0'), 'A description is plain text'),
  )

export const createProjectInput = z.strictObject({ name: projectName, description: projectDescription.default('') })

/** What may be changed: every part is optional, an unknown one is refused. */
export const changeProjectInput = z
  .strictObject({
    name: projectName.optional(),
    description: projectDescription.optional(),
    archived: z.boolean().optional(),
  })
  .refine((input) => Object.values(input).some((value) => value !== undefined), 'Name at least one thing to change')

export const project = z.object({
  id: z.string(),
  ownerId: z.string(),
  name: z.string(),
  description: z.string(),
  archivedAt: z.number().nullable(),
  createdAt: z.number(),
  updatedAt: z.number(),
})
export type Project = z.infer<typeof project>

/** A project in the admin's list, with whose it is. */
export const ownedProject = project.extend({ ownerName: z.string(), ownerEmail: z.string() })
export type OwnedProject = z.infer<typeof ownedProject>
