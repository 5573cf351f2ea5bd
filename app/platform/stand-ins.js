// @ts-check
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { skipUnknown } from './known-files.js'
import { isOn } from './switches.js'

/**
 * Puts stand-ins in the place of what remix-serve would load, before it does. `build` is the file that it serves.
 * @param {string} remixServe
 * @param {string} build
 */
export function putStandIns(remixServe, build) {
  const require = createRequire(import.meta.url)
  const fromServe = createRequire(remixServe)
  const isProduction = process.env.NODE_ENV === 'production'
  leaveOut(fromServe.resolve('morgan'))
  if (isOn('leave-out') && isProduction) {
    // Follows files in development.
    standIn(fromServe.resolve('chokidar'), {})
    // Reads maps of a build, which ours has none of, and has a say in every stack.
    if (!existsSync(`${build}.map`)) standIn(fromServe.resolve('source-map-support'), { install() {} })
  }
  // prom-client loads its fifty files for exemplars, which ours has none of.
  if (isOn('late-telemetry'))
    loadAtFirstUse(createRequire(require.resolve('prom-client')).resolve('@opentelemetry/api'))
  if (isOn('own-undici')) {
    // Remix would load an older undici and put its classes in the place of those that Node has of it anyway.
    const { File, fetch, FormData, Headers, Request, Response } = globalThis
    const fromNode = createRequire(fromServe.resolve('@remix-run/node'))
    standIn(fromNode.resolve('undici'), { File, fetch, FormData, Headers, Request, Response })
  }
  if (isOn('known-files') && isProduction) {
    const fromExpress = createRequire(fromServe.resolve('express'))
    standIn(fromExpress.resolve('serve-static'), skipUnknown(fromExpress('serve-static')))
  }
  if (isOn('listener') && isProduction) listenByBuild(fromServe)
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
 * The build answers each request itself (`listener.server.ts`).
 * @param {NodeJS.Require} fromServe
 */
function listenByBuild(fromServe) {
  standIn(fromServe.resolve('@remix-run/express'), {
    /** @param {{ build: { createBuildListener: (mode: string) => unknown }, mode: string }} options */
    createRequestHandler: ({ build, mode }) => build.createBuildListener(mode),
  })
}

/**
 * Puts `exports` in the place of a module that nothing has loaded yet.
 * @param {string} module
 * @param {unknown} exports
 */
function standIn(module, exports) {
  createRequire(import.meta.url).cache[module] = /** @type {any} */ ({ id: module, loaded: true, exports })
}

/**
 * Loads a module no sooner than one of its exports is read.
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
