import * as z from 'zod'
import { roles } from './account.ts'
import { normalizedText } from './normalized-text.ts'
import { pageOf, paging } from './paging.ts'

/** What `GET /users/me` answers. */
export const me = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  roles: z.array(z.enum(roles)),
  createdAt: z.number(),
})
export type Me = z.infer<typeof me>

/** What `GET /users/me/access` answers: what the API read from the access token that it was just shown, never the token. */
export const verifiedAccess = z.object({
  alg: z.string(),
  kid: z.string().nullable(),
  claims: z.record(z.string(), z.unknown()),
  verifiedAt: z.number(),
})
export type VerifiedAccess = z.infer<typeof verifiedAccess>

/** One row of the admin's list of people. */
export const managedUser = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(roles),
  disabledAt: z.number().nullable(),
  /** In an admin's words; null while the account is enabled, or when nothing was said. */
  disabledReason: z.string().nullable(),
  /** Since when the present password signs nobody in. */
  passwordResetRequiredAt: z.number().nullable(),
  /** Since when the address is known to be theirs; null while anybody could have registered it. */
  emailVerifiedAt: z.number().nullable(),
  createdAt: z.number(),
})
export type ManagedUser = z.infer<typeof managedUser>

/** What the list of people may be sorted by, and how. Nothing else ever reaches an `order by`. */
export const userSorts = ['joined', 'name', 'email', 'role', 'disabled'] as const
export type UserSort = (typeof userSorts)[number]
export const sortOrders = ['asc', 'desc'] as const
export type SortOrder = (typeof sortOrders)[number]

export const userSearch = paging.extend({
  q: z.string().trim().max(254).default(''),
  sort: z.enum(userSorts).default('joined'),
  order: z.enum(sortOrders).default('desc'),
})

/** Why an account is disabled: one line, for admins alone. */
const disableReason = normalizedText('NFC', { max: 200, tooLong: 'A reason has at most 200 characters' })
  .transform((text) => text.trim())
  .pipe(
    z
      .string()
      .max(200, 'A reason has at most 200 characters')
      .refine((text) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text), 'A reason is one line'),
  )

/** What an admin may change about a person. Passwords and addresses are not among it. */
export const changeUserInput = z
  .strictObject({
    role: z.enum(roles).optional(),
    disabled: z.boolean().optional(),
    /** Only beside `disabled: true`. */
    reason: disableReason.optional(),
    /** Asks for a new password; only its reset takes that back. */
    passwordResetRequired: z.literal(true).optional(),
  })
  .refine(
    ({ reason: _reason, ...change }) => Object.values(change).some((value) => value !== undefined),
    'Name at least one thing to change',
  )
  .refine(({ reason, disabled }) => reason === undefined || disabled === true, 'A reason belongs to disabling')
export type ChangeUserInput = z.infer<typeof changeUserInput>

/** A session of somebody, as an admin sees it. */
export const managedSession = z.object({
  id: z.string(),
  agent: z.string(),
  address: z.string(),
  createdAt: z.number(),
  lastSeenAt: z.number(),
  expiresAt: z.number(),
})
export type ManagedSession = z.infer<typeof managedSession>

export const managedSessions = pageOf(managedSession)
