import { matchRoutes } from '@remix-run/react'

/** What of a Remix server build is looked at here; everything else is handed on as it is. */
export type RoutedBuild = {
  readonly routes: Readonly<Record<string, BuiltRoute | undefined>>
  readonly assets: { readonly routes: Readonly<Record<string, unknown>> }
  readonly basename?: string | undefined
}
export type BuiltRoute = {
  id: string
  path?: string | undefined
  index?: boolean | undefined
  caseSensitive?: boolean | undefined
  parentId?: string | undefined
}

type Chain = readonly { readonly route: { readonly id?: string } }[]

/** Gives the build that answers a path: the whole one, or one with few routes that answers it in the same way. */
export type FindBuild<Build> = (path: string) => Build

/**
 * Remix flattens, ranks and compiles every route of a build for every request, twice, and a third time when it renders: with
 * sixty routes that was 39 % of the processor time of a JSON answer and 28 % of a page's. So each path is answered by a
 * build with only the routes that matter to it.
 *
 * The answer stays the same, because Remix takes the first match in an order in which any two routes stand the same way
 * whatever other routes there are: leaving out routes changes nothing as long as the one that wins, with its parents,
 * stays. For a path without places that one is asked of Remix, once, over the whole table. For others every route stays
 * whose first segment could match. What is not plainly written (encoded, doubled or trailing slashes) gets the whole build.
 *
 * There are at most three builds for each route without places and two for each first segment, whatever visitors ask for.
 */
export function createBuildFinder<Build extends RoutedBuild>(build: Build): FindBuild<Build> {
  if ((build.basename ?? '/') !== '/') return () => build
  const table = readTable(build.routes)
  const builds = new Map<string, Build>()
  return (path) => {
    if (!plainPath.test(path)) return build
    const pathnames = matchedPathnames(path)
    const shown = pathnames.at(-1) ?? path
    const isFixed = table.fixed.has(shown)
    const segments = isFixed ? [] : pathnames.map((each) => segmentOf(each, table))
    const key = isFixed ? path : `*${segments.join()}`
    const known = builds.get(key)
    if (known) return known
    const ids = isFixed ? winnersOf(pathnames, table) : segments.flatMap((segment) => candidatesOf(segment, table))
    const narrowed = narrow(build, ids)
    builds.set(key, narrowed)
    return narrowed
  }
}

/** Nothing in it is encoded, no segment is empty or a step within the path: the URL parser leaves it as it is. */
const plainPath = /^\/(?:\.?[\w-][\w.-]*(?:\/\.?[\w-][\w.-]*)*)?$/

/** The pathnames that Remix matches for a request: of one for data also that of its page. */
function matchedPathnames(path: string): string[] {
  return path.endsWith('.data') ? [path, path.replace(/\.data$/, '').replace(/^\/_root$/, '/')] : [path]
}

type Table = {
  readonly tree: Parameters<typeof matchRoutes>[0]
  /** Every route by its id, with its ancestors and its full path. */
  readonly routes: ReadonlyMap<string, { chain: readonly string[]; path: string }>
  /** Full paths without places. */
  readonly fixed: ReadonlySet<string>
  /** First segments, in small letters, that are the same in every match of a route. */
  readonly segments: ReadonlySet<string>
}

function readTable(routes: RoutedBuild['routes']): Table {
  const all = Object.values(routes).filter((route) => route !== undefined)
  const known = new Map(
    all.map((route) => {
      const chain: string[] = []
      const parts: string[] = []
      for (let each: BuiltRoute | undefined = route; each; each = routes[each.parentId ?? '']) {
        chain.push(each.id)
        if (each.path) parts.unshift(each.path)
      }
      return [route.id, { chain, path: `/${parts.join('/')}` }]
    }),
  )
  const paths = [...known.values()].map(({ path }) => path)
  return {
    tree: toTree(all, ''),
    routes: known,
    fixed: new Set(paths.filter((path) => !hasPlaces(path))),
    segments: new Set(paths.flatMap((path) => fixedSegment(path) ?? [])),
  }
}

/** In the order that Remix keeps. */
function toTree(routes: readonly BuiltRoute[], parentId: string): Table['tree'] {
  return routes
    .filter((route) => (route.parentId ?? '') === parentId)
    .map(({ id, path, index, caseSensitive }) => ({
      ...{ id, path: path as string, caseSensitive: caseSensitive === true },
      ...(index ? { index } : { children: toTree(routes, id) }),
    })) as Table['tree']
}

const hasPlaces = (text: string) => /[:*?]/.test(text)
const firstSegment = (path: string) => (path.split('/', 2)[1] ?? '').toLowerCase()

function fixedSegment(path: string): string | null {
  const segment = firstSegment(path)
  return segment === '' || hasPlaces(segment) ? null : segment
}

/** The first segment of a path when a route has it too, else nothing. */
function segmentOf(path: string, { segments }: Table): string {
  const segment = firstSegment(path)
  return segments.has(segment) ? segment : ''
}

function winnersOf(pathnames: readonly string[], { tree }: Table): string[] {
  return pathnames.flatMap((path) => ((matchRoutes(tree, path) ?? []) as Chain).map(({ route }) => route.id ?? ''))
}

/** Routes that may match a path with this first segment, with their parents. */
function candidatesOf(segment: string, { routes }: Table): string[] {
  return [...routes.values()].flatMap(({ chain, path }) => {
    const own = fixedSegment(path)
    return own === null || own === segment ? chain : []
  })
}

function narrow<Build extends RoutedBuild>(build: Build, ids: readonly string[]): Build {
  const kept = new Set(ids)
  const only = <Value>(all: Readonly<Record<string, Value>>) =>
    Object.fromEntries(Object.entries(all).filter(([id]) => kept.has(id)))
  // Where nothing matches, Remix reads off the whole table whose error boundary it is.
  if (kept.size === 0) return build
  return { ...build, routes: only(build.routes), assets: { ...build.assets, routes: only(build.assets.routes) } }
}
