import { matchRoutes } from '@remix-run/react'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BuiltRoute, createBuildFinder, type RoutedBuild } from '../../../app/platform/route-tables.server.ts'

type Drawn = { path?: string | undefined; index?: boolean; caseSensitive?: boolean; children: readonly Drawn[] }

const names = ['a', 'b', 'B', 'a.data', '.well', 'c-1']
const segment = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...names) },
  fc.constantFrom(':id', ':key?', 'a?', ':id.data'),
)
const path = fc.oneof(
  { weight: 5, arbitrary: fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')) },
  fc.array(segment, { maxLength: 2 }).map((parts) => [...parts, '*'].join('/')),
  fc.constant(undefined),
)
const { route } = fc.letrec<{ route: Drawn }>((tie) => ({
  route: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ path, index: fc.constant(true), children: fc.constant([]) }),
    fc.record({ path, caseSensitive: fc.boolean(), children: fc.array(tie('route'), { maxLength: 4 }) }),
  ),
}))
const routes = fc.array(route, { minLength: 2, maxLength: 5 })

const asked = fc.oneof(
  fc
    .tuple(
      fc.array(fc.constantFrom(...names, 'A', 'x', '_root', 'B.data', '', '.', '..', '%61', 'ä', 'a?'), {
        maxLength: 4,
      }),
      fc.constantFrom('', '', '.data', '/', '.DATA', '/.data'),
    )
    .map(([parts, end]) => `/${parts.join('/')}${end}`),
  fc.webPath(),
)

function toBuild(drawn: readonly Drawn[]): RoutedBuild {
  const all: Record<string, BuiltRoute> = { root: { id: 'root', path: '' } }
  const add = (list: readonly Drawn[], parentId: string) => {
    for (const [place, { children, ...route }] of list.entries()) {
      const id = `${parentId}/${place}`
      all[id] = { ...route, id, parentId }
      add(children, id)
    }
  }
  add(drawn, 'root')
  return { routes: all, assets: { routes: all } }
}

/** As Remix makes it of a build. */
function toTree({ routes }: RoutedBuild, parentId = ''): Parameters<typeof matchRoutes>[0] {
  return Object.values(routes)
    .filter((route) => (route?.parentId ?? '') === parentId)
    .map((route) => ({
      ...route,
      children: route?.index ? undefined : toTree({ routes, assets: { routes: {} } }, route?.id),
    })) as never
}

function matchIn(build: RoutedBuild, pathname: string) {
  return (
    matchRoutes(toTree(build), pathname)?.map(({ route, params, pathname, pathnameBase }) => ({
      id: route.id,
      ...{ params, pathname, pathnameBase },
    })) ?? null
  )
}

/** The pathnames that Remix matches for a request, as it finds them. */
function pathnamesOf(target: string): string[] {
  const { pathname } = new URL(`http://localhost${target}`)
  return pathname.endsWith('.data') ? [pathname, pathname.replace(/\.data$/, '').replace(/^\/_root$/, '/')] : [pathname]
}

describe('the part of a build that answers a path', () => {
  test('matches it as the whole build does, whatever the routes and the path', () => {
    let narrowed = 0
    fc.assert(
      fc.property(routes, fc.array(asked, { minLength: 1, maxLength: 12 }), (drawn, targets) => {
        const build = toBuild(drawn)
        const findBuild = createBuildFinder(build)
        for (const target of targets) {
          const found = findBuild(target.split('?', 1)[0] ?? '')
          if (Object.keys(found.routes).length < Object.keys(build.routes).length) narrowed++
          for (const pathname of pathnamesOf(target)) {
            expect(matchIn(found, pathname), `${target} as ${pathname}`).toEqual(matchIn(build, pathname))
          }
        }
      }),
      { numRuns: 80, seed: 20_261_121 },
    )
    expect(narrowed).toBeGreaterThan(80)
  })
})

const house = toBuild([
  { path: undefined, index: true, children: [] },
  { path: 'login', children: [] },
  {
    path: 'admin',
    children: [
      { path: 'users', children: [] },
      { path: 'users/:id', children: [] },
    ],
  },
  { path: 'projects/:id', children: [] },
  { path: 'bff/user', children: [] },
  { path: 'bff/*', children: [] },
  { path: '*', children: [] },
])
const idsFor = (path: string) => Object.keys(createBuildFinder(house)(path).routes)

describe('of a house with seven pages', () => {
  test('a path without places has its own routes and no others', () => {
    expect(idsFor('/')).toEqual(['root', 'root/0'])
    expect(idsFor('/admin/users')).toEqual(['root', 'root/2', 'root/2/0'])
    expect(idsFor('/login')).toEqual(['root', 'root/1'])
  })

  test('its data has the routes of both addresses', () => {
    expect(idsFor('/login.data')).toEqual(['root', 'root/1', 'root/6'])
    expect(idsFor('/_root.data')).toEqual(['root', 'root/0', 'root/6'])
  })

  test('a path with places has those of its first segment', () => {
    expect(idsFor('/projects/17')).toEqual(['root', 'root/0', 'root/3', 'root/6'])
    expect(idsFor('/bff/nothing')).toEqual(['root', 'root/0', 'root/4', 'root/5', 'root/6'])
    expect(idsFor('/nothing/here')).toEqual(['root', 'root/0', 'root/6'])
  })

  test('what is not plainly written has all', () => {
    for (const path of [
      '/login/',
      '//login',
      '/%6cogin',
      '/./login',
      '/x/../login',
      '/login;x',
      'http://other/login',
    ]) {
      expect(createBuildFinder(house)(path), path).toBe(house)
    }
  })

  test('the assets are those of the routes that are kept', () => {
    const { routes, assets } = createBuildFinder(house)('/login')
    expect(Object.keys(assets.routes)).toEqual(Object.keys(routes))
  })

  test('however many paths are asked for, few builds are made', () => {
    const findBuild = createBuildFinder(house)
    const builds = new Set(Array.from({ length: 500 }, (_, place) => findBuild(`/${place}/${place}`)))
    expect(builds.size).toBe(1)
    expect(findBuild('/LOGIN')).toBe(findBuild('/login/17'))
  })

  test('a build below another path stays whole', () => {
    const below = { ...house, basename: '/shop' }
    expect(createBuildFinder(below)('/shop/login')).toBe(below)
  })
})
