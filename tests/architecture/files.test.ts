import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from './sources.ts'

const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((path) => path !== '' && !/\.(png|ico|woff2?|gif|jpg)$/.test(path))

/** Where these files hold something, as `path: what`. */
function filesThatHold(pattern: RegExp, paths = tracked): string[] {
  return paths.flatMap((path) => {
    const match = pattern.exec(readIfPresent(path))
    return match ? [`${path}: ${match[0]}`] : []
  })
}

function readIfPresent(path: string): string {
  try {
    return readFileSync(join(root, path), 'utf8')
  } catch {
    return ''
  }
}

/** Whether a package is found from `path` upwards, as Node would look for it. */
function isLocked(packages: object, path: string, name: string): boolean {
  for (let place = path; ; place = place.slice(0, Math.max(place.lastIndexOf('node_modules/') - 1, 0))) {
    if (Object.hasOwn(packages, `${place === '' ? '' : `${place}/`}node_modules/${name}`)) return true
    if (place === '') return false
  }
}

/** What a document sets as code and is called like a file of ours. */
function namesOfFiles(text: string): string[] {
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span.trim())
  return spans.filter((span) => /^[\w@.$-][\w@.$/-]*\.(tsx?|m?js|css|sql|md|sh|ya?ml|conf)$/.test(span))
}

describe('the files of the project', () => {
  test('name no path of the machine that they were written on', () => {
    // Written in pieces, so that this file does not hold them itself.
    const homes = ['/wo' + 'rk/', '/ro' + 'ot/', '/home/[a-z]', '/Users/[A-Za-z]']
    expect(filesThatHold(new RegExp(`(^|[\\s'"\`(=:])(${homes.join('|')})`, 'm'))).toEqual([])
  })

  test('let npm fetch packages from wherever the machine says', () => {
    const lock = JSON.parse(readIfPresent('package-lock.json')) as { packages: Record<string, { resolved?: string }> }
    const hosts = Object.values(lock.packages).flatMap(({ resolved }) => (resolved ? [new URL(resolved).host] : []))
    expect([...new Set(hosts)].filter((host) => host !== 'registry.npmjs.org')).toEqual([])
    expect(
      filesThatHold(
        /^\s*registry\s*=.*/m,
        tracked.filter((path) => path.endsWith('.npmrc')),
      ),
    ).toEqual([])
  })

  // npm writes down only what a registry had at that moment, and `npm ci` then refuses a lock that lacks the rest.
  test('lock the packages of every platform, not only of the one they were installed on', () => {
    const { packages } = JSON.parse(readIfPresent('package-lock.json')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>
    }
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => !isLocked(packages, path, name)),
    )
    expect(missing).toEqual([])
  })

  test('name one version of each package, and serve on nothing that is not finished', () => {
    const { dependencies, devDependencies } = JSON.parse(readIfPresent('package.json')) as Record<
      'dependencies' | 'devDependencies',
      Record<string, string>
    >
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) => !/^\d/.test(version))
    const unfinished = Object.entries(dependencies).filter(([, version]) => version.includes('-'))
    expect({ loose, unfinished }).toEqual({ loose: [], unfinished: [] })
  })

  test('start the server with the same flags of Node, by whatever way', () => {
    const { serve, start } = (JSON.parse(readIfPresent('package.json')) as { scripts: Record<string, string> }).scripts
    expect(start).toBe(`remix build && ${serve}`)
    expect(readIfPresent('Dockerfile')).toContain(`CMD ${JSON.stringify(serve?.split(' ')).replaceAll('","', '", "')}`)
  })

  test('start every command with what makes its imports quick, as tests do', () => {
    const commands = readIfPresent('package.json').match(/node [^"&]*app\/cli\/\S+\.ts/g) ?? []
    expect(commands.length).toBeGreaterThan(5)
    expect(commands.filter((command) => !command.startsWith('node --import ./app/platform/quick-imports.js '))).toEqual(
      [],
    )
  })

  test('hold no key, no JWT and no secret', () => {
    expect(
      filesThatHold(
        /-----BEGIN [A-Z ]*PRIVATE KEY-----|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}/,
      ),
    ).toEqual([])
    expect(tracked.filter((path) => /(^|\/)\.env$|(^|\/)\.data\//.test(path))).toEqual([])
  })

  // A folder is a room: what is about one thing is found at one look.
  test('lie in rooms of at most 17, routes apart', () => {
    const sizes = new Map<string, number>()
    for (const path of tracked.filter((each) => /^(app|db)\//.test(each))) {
      sizes.set(dirname(path), (sizes.get(dirname(path)) ?? 0) + 1)
    }
    expect(sizes.size).toBeGreaterThan(40)
    expect([...sizes].filter(([folder, count]) => count > 17 && folder !== 'app/routes')).toEqual([])
  })

  test('are there, when a document names them', () => {
    const { dependencies } = JSON.parse(readIfPresent('package.json')) as { dependencies: object }
    const isThere = (name: string) =>
      tracked.some((path) => `/${path}`.endsWith(`/${name}`) || `/${path}`.endsWith(`/${name}.spec.ts`))
    const named = tracked
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) => namesOfFiles(readIfPresent(path)).map((name) => ({ path, name })))
    expect(named.length).toBeGreaterThan(100)
    const lost = named.filter(({ path, name }) => !isThere(join(dirname(path), name)) && !isThere(name))
    expect(lost.filter(({ name }) => !Object.hasOwn(dependencies, name))).toEqual([])
  })

  test('run as they are: no syntax that Node cannot strip', () => {
    const config = readIfPresent('tsconfig.json')
    expect(config).toMatch(/"erasableSyntaxOnly": true/)
    expect(config).toMatch(/"noUncheckedIndexedAccess": true/)
  })
})
