import { StartError } from '../../kernel/index.ts'

/**
 * Who may use a route. `public`: no session is looked up. `optional`: anybody, and the page knows who is signed in.
 * `user`: signed in. `admin`: signed in with the role. Nothing is inherited from a parent route, because the framework
 * runs a child's loader and action whether or not its parent redirected.
 */
export type Access = 'public' | 'optional' | 'user' | 'admin'

export type Declaration = { access: Access; methods: readonly string[] }

type Handler = (...args: never[]) => unknown

const declarations = new WeakMap<Handler, Declaration>()

/** Marks a loader or action as guarded. Only the guard calls this. */
export function declareAccess<Fn extends Handler>(handler: Fn, declaration: Declaration): Fn {
  declarations.set(handler, declaration)
  return handler
}

/** The routes of a Remix server build, as far as they matter here. */
export type RouteModules = Record<
  string,
  | {
      id: string
      path?: string | undefined
      index?: boolean | undefined
      parentId?: string | undefined
      module: object
    }
  | undefined
>

export type RouteAccess = { id: string; path: string; loader: Declaration; action: Declaration | null }

/** Every route with its declared access. Throws `StartError` that names each route without one. */
export function readRouteAccess(routes: RouteModules): RouteAccess[] {
  const reasons: string[] = []
  const table: RouteAccess[] = []
  for (const route of Object.values(routes)) {
    if (!route) continue
    const { loader, action } = route.module as { loader?: Handler; action?: Handler }
    const loaderAccess = loader && declarations.get(loader)
    const actionAccess = action && declarations.get(action)
    if (!loaderAccess)
      reasons.push(`route ${route.id} has no guarded loader: export one made with guardLoader or guardEndpoint`)
    if (action && !actionAccess)
      reasons.push(`route ${route.id} has an unguarded action: make it with guardAction or guardEndpoint`)
    if (loaderAccess)
      table.push({ id: route.id, path: fullPath(routes, route.id), loader: loaderAccess, action: actionAccess ?? null })
  }
  if (reasons.length > 0) throw new StartError(reasons)
  return table
}

function fullPath(routes: RouteModules, id: string): string {
  const parts: string[] = []
  for (let route = routes[id]; route; route = route.parentId === undefined ? undefined : routes[route.parentId]) {
    if (route.path) parts.unshift(route.path)
  }
  return `/${parts.join('/')}`
}
