import { resolve } from 'node:path'
import { runProgram } from '../../support/process.ts'

/** A route with its access by method, as its guards declare it. */
export type DeclaredRoute = { path: string; id: string; access: Readonly<Record<string, string>> }

/** What `npm run routes` prints, read again. Throws when that is not a table. */
export async function readDeclaredRoutes(): Promise<DeclaredRoute[]> {
  const { stdout, stderr } = await runProgram('app/cli/routes.ts', { cwd: resolve(import.meta.dirname, '../../..') })
  const [, ...lines] = stdout.trim().split('\n')
  if (lines.length < 15) throw new Error(`the table of routes is short: ${stdout}${stderr}`)
  const found = new Map<string, { path: string; id: string; access: Record<string, string> }>()
  for (const line of lines) {
    const [path = '', declared = '', access = '', id = ''] = line.split(/ {2,}/).map((cell) => cell.trim())
    const route = found.get(id) ?? { path, id, access: {} }
    for (const method of declared.split(' ')) route.access[method] = access
    found.set(id, route)
  }
  return [...found.values()]
}

export const requestKinds = ['document', 'data', 'routes', '_data', 'fetch'] as const
export type RequestKind = (typeof requestKinds)[number]

/** Where a route is asked in one of the ways that the framework knows. */
export function addressOf(
  { path, id }: DeclaredRoute,
  kind: RequestKind,
  parameter = 'AAAAAAAAAAAAAAAAAAAAAA',
): string {
  const concrete = path.replaceAll(/:\w+/g, parameter).replace('*', 'nothing-here')
  if (kind === '_data') return `${concrete}?_data=${encodeURIComponent(id)}`
  if (kind === 'document' || kind === 'fetch') return concrete
  const data = concrete === '/' ? '/_root.data' : `${concrete}.data`
  return kind === 'routes' ? `${data}?_routes=${encodeURIComponent(id)}` : data
}
