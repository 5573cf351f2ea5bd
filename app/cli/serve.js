// @ts-check
import { existsSync, readFileSync } from 'node:fs'
import { createRequire, enableCompileCache, flushCompileCache } from 'node:module'
import { parseEnv } from 'node:util'
import { limitConnections } from '../platform/connection-limits.js'
import { putStandIns } from '../platform/stand-ins.js'
import { isOn } from '../platform/switches.js'

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
if (isOn('compile-cache')) {
  enableCompileCache('.cache/compiled')
  setTimeout(flushCompileCache, 3_000).unref()
}
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
  putStandIns(remixServe, build)
  limitConnections()
  process.argv.splice(2, process.argv.length, build)
  require(remixServe)
}
