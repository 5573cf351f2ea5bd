// @ts-check
import { existsSync, readFileSync } from 'node:fs'
import { createRequire, enableCompileCache, flushCompileCache } from 'node:module'
import { parseEnv } from 'node:util'
import { limitConnections } from '../platform/connection-limits.js'
import { skipUnknown } from '../platform/known-files.js'

// Serves the build with remix-serve, in this process: signals, exit code and output are its own. With WEB_CONCURRENCY
// above one this process leads so many workers, which come here in their turn.
// JavaScript, unlike everything else: Node's own reader of TypeScript, once loaded, keeps 18 MB of every process and takes
// 45 ms of a processor at each start. package.json says with which flags of Node, and docs/sizing.md why.
const build = 'build/index.js'

if (!existsSync(build)) {
  console.error(
    'Cloakroom cannot start:\n  - there is no build yet: run `npm run build`, or `npm start`, which builds first',
  )
  process.exit(1)
}
process.env.NODE_ENV ??= 'production'
// What V8 compiled of the build and its dependencies, kept for the next start beside what the build itself keeps.
enableCompileCache('.cache/compiled')
setTimeout(flushCompileCache, 3_000).unref()
// In development one process follows the compiler.
if (countWorkers() > 1 && process.env.CLOAKROOM_WORKER === undefined && process.env.NODE_ENV !== 'development') {
  const { leadWorkers } = await import('./lead-workers.ts')
  await leadWorkers()
} else serve()

/** Looked at before the settings are read and judged: reading them takes a server that serves alone twice as long. */
function countWorkers() {
  const written =
    process.env.WEB_CONCURRENCY ?? (existsSync('.env') && parseEnv(readFileSync('.env', 'utf8')).WEB_CONCURRENCY)
  return Number(written || 1)
}

function serve() {
  const require = createRequire(import.meta.url)
  const remixServe = require.resolve('@remix-run/serve/dist/cli.js')
  const fromServe = createRequire(remixServe)
  leaveOut(fromServe.resolve('morgan'))
  const isProduction = process.env.NODE_ENV === 'production'
  // Follows files in development.
  if (isProduction) standIn(fromServe.resolve('chokidar'), {})
  // Reads maps of a build, which ours has none of, and has a say in every stack.
  if (isProduction && !existsSync(`${build}.map`)) standIn(fromServe.resolve('source-map-support'), { install() {} })
  // prom-client loads its fifty files for exemplars, which ours has none of.
  loadAtFirstUse(createRequire(require.resolve('prom-client')).resolve('@opentelemetry/api'))
  // Remix would load an older undici and put its classes in the place of those that Node has of it anyway.
  const { File, fetch, FormData, Headers, Request, Response } = globalThis
  const fromNode = createRequire(fromServe.resolve('@remix-run/node'))
  standIn(fromNode.resolve('undici'), { File, fetch, FormData, Headers, Request, Response })
  if (isProduction) {
    const fromExpress = createRequire(fromServe.resolve('express'))
    standIn(fromExpress.resolve('serve-static'), skipUnknown(fromExpress('serve-static')))
    listenByBuild(fromServe)
  }
  limitConnections()
  process.argv.splice(2, process.argv.length, build)
  require(remixServe)
}

/**
 * remix-serve logs each address in a line of its own; ours says more, as JSON, and holds no address.
 * @param {string} logger
 */
function leaveOut(logger) {
  /** @type {(request: unknown, response: unknown, next: () => void) => void} */
  const passOn = (_request, _response, next) => next()
  standIn(logger, () => passOn)
}

/**
 * The build answers each request itself (`app/platform`).
 * @param {NodeJS.Require} fromServe
 */
function listenByBuild(fromServe) {
  standIn(fromServe.resolve('@remix-run/express'), {
    /** @param {{ build: { createBuildListener: (mode: string) => unknown }, mode: string }} options */
    createRequestHandler: ({ build, mode }) => build.createBuildListener(mode),
  })
}

/**
 * Puts `exports` in the place of a module that nobody has loaded yet.
 * @param {string} module
 * @param {unknown} exports
 */
function standIn(module, exports) {
  createRequire(import.meta.url).cache[module] = /** @type {any} */ ({ id: module, loaded: true, exports })
}

/**
 * Loads a module no sooner than somebody reads one of its exports.
 * @param {string} module
 */
function loadAtFirstUse(module) {
  const require = createRequire(import.meta.url)
  if (require.cache[module]) return
  /** @type {Record<PropertyKey, unknown> | undefined} */
  let loaded
  const load = () => {
    delete require.cache[module]
    return require(module)
  }
  standIn(
    module,
    new Proxy(/** @type {Record<PropertyKey, unknown>} */ ({}), {
      get: (_target, name) => {
        loaded ??= load()
        return loaded?.[name]
      },
    }),
  )
}
