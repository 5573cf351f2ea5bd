import { existsSync } from 'node:fs'
import { runProgram } from './process.ts'

/** A route of the build: its path as declared, its id, and who may use which method. */
export type RouteRow = { path: string; id: string; access: Record<string, string> }

/** What `npm run routes` prints, one entry a route. */
export async function readRouteTable(): Promise<RouteRow[]> {
  const { stdout, stderr } = await runProgram('app/cli/routes.ts')
  const [, ...lines] = stdout.trim().split('\n')
  if (lines.length < 15) throw new Error(`the table of routes is short: ${stdout}${stderr}`)
  const found = new Map<string, RouteRow>()
  for (const line of lines) {
    const [path = '', declared = '', access = '', id = ''] = line.split(/ {2,}/).map((cell) => cell.trim())
    const row = found.get(id) ?? { path, id, access: {} }
    for (const method of declared.split(' ')) row.access[method] = access
    found.set(id, row)
  }
  return [...found.values()]
}

/** The routes that are pages, and neither called by scripts and servers nor read as a file: those that can render. */
export function pagesAmong(table: readonly RouteRow[]): RouteRow[] {
  return table.filter(({ id }) => existsSync(`app/${id}.tsx`) && id !== 'root')
}

/** The declared path that a concrete one belongs to; the one for everything else when there is no closer one. */
export function declaredPath(table: readonly RouteRow[], address: string): string {
  const pathname = address.replace(/[?#].*/, '')
  const fits = ({ path }: RouteRow) => new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`).test(pathname)
  const exact = table.find(({ path }) => path === pathname)
  return (exact ?? table.find((row) => !row.path.includes('*') && fits(row)))?.path ?? '/*'
}
