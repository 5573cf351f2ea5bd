import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { RouteAccess } from '../bff/index.server.ts'

// npm run routes: every route of the build with its methods and who may use it, from what the guards declare.
const build = 'build/index.js'

if (!existsSync(build)) {
  console.error('There is no build yet: run `npm run build`.')
  process.exit(1)
}
// The build opens a store and listens for requests when it is imported, unless it is told that somebody only looks.
Object.assign(globalThis, { [Symbol.for('cloakroom.inspects')]: () => {} })
const { routeAccess } = (await import(pathToFileURL(build).href)) as { routeAccess: () => RouteAccess[] }

const rows = routeAccess()
  .flatMap(({ id, path, loader, action }) =>
    [loader, action]
      .filter((declaration) => declaration !== null && declaration.methods.length > 0)
      .map((declaration) => [path, declaration?.methods.join(' ') ?? '', declaration?.access ?? '', id]),
  )
  .sort((one, other) => compare(one[0], other[0]) || compare(one[1], other[1]) || compare(one[3], other[3]))

const table = [['path', 'methods', 'access', 'route'], ...rows]
const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
for (const row of table) console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))

/** By code point, so that the table is the same everywhere. */
function compare(one = '', other = ''): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}
