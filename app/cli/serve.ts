import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parseEnv } from 'node:util'

// Serves the build with remix-serve, in this process: signals, exit code and output are its own. With WEB_CONCURRENCY
// above one this process leads so many workers, which come here in their turn.
const build = 'build/index.js'

if (!existsSync(build)) {
  console.error(
    'Cloakroom cannot start:\n  - there is no build yet: run `npm run build`, or `npm start`, which builds first',
  )
  process.exit(1)
}
process.env.NODE_ENV ??= 'production'
// In development one process follows the compiler.
if (countWorkers() > 1 && process.env.CLOAKROOM_WORKER === undefined && process.env.NODE_ENV !== 'development') {
  const { leadWorkers } = await import('./lead-workers.ts')
  await leadWorkers()
} else serve()

/** Looked at before the settings are read and judged: reading them takes a server that serves alone twice as long. */
function countWorkers(): number {
  const written =
    process.env.WEB_CONCURRENCY ?? (existsSync('.env') && parseEnv(readFileSync('.env', 'utf8')).WEB_CONCURRENCY)
  return Number(written || 1)
}

function serve(): void {
  const require = createRequire(import.meta.url)
  const remixServe = require.resolve('@remix-run/serve/dist/cli.js')
  leaveOut(createRequire(remixServe).resolve('morgan'))
  process.argv.splice(2, process.argv.length, build)
  require(remixServe)
}

/** remix-serve logs each address in a line of its own; ours says more, as JSON, and holds no address. */
function leaveOut(logger: string): void {
  const passOn = (_request: unknown, _response: unknown, next: () => void) => next()
  createRequire(import.meta.url).cache[logger] = { id: logger, loaded: true, exports: () => passOn } as never
}
