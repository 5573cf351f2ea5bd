import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'

// Serves the build with remix-serve, in this process: signals, exit code and output are its own.
const build = 'build/index.js'

if (!existsSync(build)) {
  console.error(
    'Cloakroom cannot start:\n  - there is no build yet: run `npm run build`, or `npm start`, which builds first',
  )
  process.exit(1)
}
process.env.NODE_ENV ??= 'production'
process.argv.splice(2, process.argv.length, build)
createRequire(import.meta.url)('@remix-run/serve/dist/cli.js')
