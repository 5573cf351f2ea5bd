import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Area, areas, type Check } from './check.ts'

const folder = join(import.meta.dirname, 'checks')

/** Names of the checks: one file each. */
export function checkIds(): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.slice(0, -'.ts'.length))
}

/** Every check in the folder, in the order of the areas; those that move the clock come last. Throws when a file is none. */
export async function loadChecks(): Promise<Check[]> {
  const checks = await Promise.all(checkIds().map(loadCheck))
  const order = Object.keys(areas) as Area[]
  const place = (check: Check) => (check.needs?.includes('clock') ? 100 : 0) + order.indexOf(check.area)
  return checks.sort((one, other) => place(one) - place(other) || (one.id < other.id ? -1 : 1))
}

async function loadCheck(id: string): Promise<Check> {
  const { default: found } = (await import(join(folder, `${id}.ts`))) as { default?: Check }
  if (found?.id !== id) throw new Error(`checks/${id}.ts exports no check with the id "${id}"`)
  return found
}
