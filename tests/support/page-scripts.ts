import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { brotliCompressSync } from 'node:zlib'

type RouteEntry = { id: string; module: string; imports?: string[] }
type Manifest = { url: string; entry: { module: string; imports: string[] }; routes: Record<string, RouteEntry> }

const folder = 'public/build'
const weights = new Map<string, number>()

function readManifest(): Manifest {
  // An earlier build leaves none behind.
  const files = readdirSync(folder).filter((file) => /^manifest-\w+\.js$/.test(file))
  if (files.length !== 1) throw new Error(`${files.length} manifests in ${folder} instead of one`)
  const page = { window: {} as { __remixManifest: Manifest } }
  runInNewContext(readFileSync(join(folder, files[0] ?? ''), 'utf8'), page)
  return page.window.__remixManifest
}

/** The ids of all pages of the build, the root that they share left out. */
export function pagesOfBuild(): string[] {
  return Object.keys(readManifest().routes).filter((id) => id !== 'root')
}

/**
 * Bytes, compressed as they are served, of everything that a document of this route preloads. What is imported later,
 * such as passkeys, is not counted.
 */
export function scriptWeightOf(id: string): number {
  const { url, entry, routes } = readManifest()
  const parts = [entry, routes.root, routes[id]].filter((part) => part !== undefined)
  const modules = parts.flatMap(({ module, imports }) => [module, ...(imports ?? [])])
  return [...new Set([url, ...modules])].reduce((sum, path) => sum + weigh(path), 0)
}

function weigh(url: string): number {
  const weight = weights.get(url) ?? brotliCompressSync(readFileSync(url.replace('/build', folder))).length
  weights.set(url, weight)
  return weight
}
