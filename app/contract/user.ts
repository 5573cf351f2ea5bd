import { z } from 'zod'
import { roles } from './account.ts'
import { paging } from './paging.ts'

/** What `GET /users/me` answers. */
export const me = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  roles: z.array(z.enum(roles)),
  createdAt: z.number(),
})
export type Me = z.infer<typeof me>

/** One row of the admin's list of people. */
export const managedUser = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(roles),
  disabledAt: z.number().nullable(),
  createdAt: z.number(),
})
export type ManagedUser = z.infer<typeof managedUser>

export const userSearch = paging.extend({ q: z.string().trim().max(254).default('') })

/** What an admin may change about a person. Passwords and addresses are not among it. */
export const changeUserInput = z
  .strictObject({ role: z.enum(roles).optional(), disabled: z.boolean().optional() })
  .refine((input) => input.role !== undefined || input.disabled !== undefined, 'Name at least one thing to change')
