import * as z from 'zod'

export const pageSize = 20

/** `?page=` and `?limit=` of every list; numbers out of range are refused, not bent. */
export const paging = z.object({
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  limit: z.coerce.number().int().min(1).max(100).default(pageSize),
})

/** One page of a list and how many there are in all. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), page: z.number(), limit: z.number(), total: z.number() })

export type Page<Item> = { items: Item[]; page: number; limit: number; total: number }
