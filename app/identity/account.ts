import type { users } from '../../db/index.ts'

/** An account as everybody but the store's own references knows it. */
export type Account = Omit<typeof users.$inferSelect, 'number'>
