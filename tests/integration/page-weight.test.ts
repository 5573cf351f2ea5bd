import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { brotliCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'

/** Bytes of scripts, compressed as they are served, that a page may load. The promise is 100 KB. */
const budget = 95_000
const signInBudget = 90_000

type RouteEntry = { id: string; module: string; imports?: string[] }
type Manifest = { url: string; entry: { module: string; imports: string[] }; routes: Record<string, RouteEntry> }

const folder = 'public/build'
const manifest = readManifest()
const root = manifest.routes.root as RouteEntry
const routes = Object.values(manifest.routes).filter((route) => route.id !== 'root')
const weights = new Map<string, number>()

function readManifest(): Manifest {
  // An earlier build leaves none behind.
  const files = readdirSync(folder).filter((file) => /^manifest-\w+\.js$/.test(file))
  expect(files).toHaveLength(1)
  const page = { window: {} as { __remixManifest: Manifest } }
  runInNewContext(readFileSync(join(folder, files[0] ?? ''), 'utf8'), page)
  return page.window.__remixManifest
}

/** Everything that a document of this route preloads. What is imported later, such as passkeys, is not counted. */
function scriptsOf(route: RouteEntry): Set<string> {
  const modules = [manifest.entry, root, route].flatMap(({ module, imports }) => [module, ...(imports ?? [])])
  return new Set([manifest.url, ...modules])
}

function weigh(url: string): number {
  const weight = weights.get(url) ?? brotliCompressSync(readFileSync(url.replace('/build', folder))).length
  weights.set(url, weight)
  return weight
}

test('no page loads more scripts than the budget allows', () => {
  const sizes = routes.map((route) => {
    const bytes = [...scriptsOf(route)].reduce((sum, url) => sum + weigh(url), 0)
    return { page: route.id, bytes }
  })
  expect(sizes.length).toBeGreaterThan(40)
  const tooLarge = sizes.filter(({ page, bytes }) => bytes > (page === 'routes/login' ? signInBudget : budget))
  expect(tooLarge).toEqual([])
})
