import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { devicePaths, unboundPaths } from '../../../../app/bff/session/device-paths.server.ts'

const folder = resolve(import.meta.dirname, '../../../../app/routes')

/** The path that a file of a route answers; `[.]` is a point of the path itself. */
function pathOf(file: string): string {
  const parts = file
    .replace(/\.tsx?$/, '')
    .replaceAll('[.]', '\0')
    .replaceAll('_.', '.')
    .split('.')
  return `/${parts.join('/')}`.replaceAll('\0', '.')
}

const isUnbound = (path: string) =>
  unboundPaths.some((each) => (each.endsWith('/') ? path.startsWith(each) : path === each))

test('a browser may ask without its key for nothing that looks at a session', () => {
  const routes = readdirSync(folder).filter((file) => isUnbound(pathOf(file)))
  expect(routes.length).toBeGreaterThan(9)
  for (const file of routes) {
    const text = readFileSync(resolve(folder, file), 'utf8')
    expect(text, file).toMatch(
      /guardEndpoint\(\{\s*access: 'public'|guardServerCall|guardDeviceCall|guardBrowserReport/,
    )
  }
})

test('what binds and refreshes needs no key itself, and pages do', () => {
  for (const path of Object.values(devicePaths)) expect(isUnbound(path)).toBe(true)
  for (const path of ['/', '/dashboard', '/login', '/bff/user', '/bff/api/projects'])
    expect(isUnbound(path)).toBe(false)
})
