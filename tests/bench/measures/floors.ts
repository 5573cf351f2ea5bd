import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../support/server.ts'
import { Child } from '../engine/child.ts'
import { type Figures, note } from '../engine/figures.ts'
import { ServerProgram } from '../engine/server-program.ts'
import { freshFolder, root } from '../stage/folders.ts'

// What nobody can do without who keeps to the same parts: so far down, and no farther, can figures of the goals go.

/** A signature made and verified, alone in its process: µs of processor time. */
export async function measureSignatures(rounds: number, figures: Figures): Promise<void> {
  const child = new Child<{ milliseconds: number }, { cpuMicros: number }>(
    join(import.meta.dirname, 'signature-child.ts'),
  )
  await child.ask({ milliseconds: 500 })
  for (let round = 0; round < rounds; round++) note(figures, 'floor/signature', await child.ask({ milliseconds: 300 }))
  child.end()
}

/** A Remix build whose only route answers `ok`, written by hand. */
const emptyBuild = `
export const entry = { module: { default: () => new Response('ok') } }
export const routes = { root: { id: 'root', path: '', module: { loader: () => new Response('ok') } } }
export const assets = { entry: { imports: [], module: '' }, routes: {}, url: '', version: '' }
export const publicPath = '/'
export const assetsBuildDirectory = 'public'
export const future = {}
export const mode = 'production'
`

/** From the start of remix-serve with a build of one route to its first answer, on all cores. */
export async function measureEmptyStarts(rounds: number, figures: Figures): Promise<void> {
  const folder = freshFolder('empty-build')
  mkdirSync(join(folder, 'public'), { recursive: true })
  const build = join(folder, 'index.mjs')
  writeFileSync(build, emptyBuild)
  const serve = join(root, 'node_modules/@remix-run/serve/dist/cli.js')
  for (let round = -1; round < rounds; round++) {
    const port = await freePort()
    const program = await ServerProgram.start({
      ...{ args: [serve, build], cwd: folder, env: {}, port, probe: '/', cores: null },
    })
    const { cpuSeconds } = program.usage()
    if (round >= 0) note(figures, 'floor/start', { seconds: program.startMs / 1_000, cpuSeconds })
    await program.stop()
  }
}
