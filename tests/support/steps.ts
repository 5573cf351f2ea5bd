import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { findChromium } from './chromium.ts'
import { installChromium } from './chromium-install.ts'
import { type Outcome, type PlaywrightReport, tallyPlaywright, tallyVitest, type VitestReport } from './tally.ts'

const root = resolve(import.meta.dirname, '../..')
const minute = 60_000

type Finished = { code: number | null; output: string }

export const runTypes = () => runTool('tsc', [], 2 * minute)
export const runLint = () => runTool('biome', ['check', '.'], minute)
export const runBuild = () => runTool('remix', ['build'], minute)

/** Runs the tests in these folders, or all of them, and counts each test. */
export function runVitest(folders: string[]): Promise<Outcome> {
  return withReport<VitestReport>(tallyVitest, (file) =>
    run(
      'vitest',
      ['run', ...folders, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
      10 * minute,
    ),
  )
}

/** Runs the journeys in Chromium and counts each; when there is no Chromium, says so and counts each as failed. */
export async function runBrowser(): Promise<Outcome> {
  const obstacle = findChromium() === null ? await installChromium() : null
  if (obstacle !== null) {
    const failed = await countBrowserTests()
    return { passed: 0, failed, output: `${failed} browser tests could not run: ${obstacle}` }
  }
  return withReport<PlaywrightReport>(tallyPlaywright, (file) =>
    run('playwright', ['test', '--reporter=list,json'], 10 * minute, { PLAYWRIGHT_JSON_OUTPUT_NAME: file }),
  )
}

/** A tool that either succeeds or not: one check. */
async function runTool(tool: string, args: string[], limitMs: number): Promise<Outcome> {
  const { code, output } = await run(tool, args, limitMs)
  return code === 0 ? { passed: 1, failed: 0, output } : { passed: 0, failed: 1, output }
}

async function withReport<Report>(
  tally: (report: Report, exitCode: number | null) => Omit<Outcome, 'output'>,
  runInto: (file: string) => Promise<Finished>,
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-report-'))
  const file = join(folder, 'report.json')
  try {
    const { code, output } = await runInto(file)
    try {
      return { ...tally(JSON.parse(readFileSync(file, 'utf8')), code), output }
    } catch {
      return { passed: 0, failed: 1, output: `${output}\nThe tests ended without a report (exit code ${code}).` }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function countBrowserTests(): Promise<number> {
  const { output } = await run('playwright', ['test', '--list'], minute)
  return Math.max(Number(/Total: (\d+) tests?/.exec(output)?.[1] ?? 1), 1)
}

/** Runs a program of `node_modules/.bin` with this Node first on its path; ends it and its children after `limitMs`. */
function run(tool: string, args: string[], limitMs: number, env: Record<string, string> = {}): Promise<Finished> {
  const path = [dirname(process.execPath), resolve(root, 'node_modules/.bin'), process.env.PATH].join(delimiter)
  const child = spawn(resolve(root, 'node_modules/.bin', tool), args, {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', ...env, PATH: path },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  const collect = (chunk: Buffer) => {
    output += chunk.toString()
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  const end = () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL')
  const timer = setTimeout(() => {
    output += `\n${tool} was ended: it took longer than ${limitMs / minute} minutes.\n`
    end()
  }, limitMs)
  return new Promise((done) => {
    child.on('error', (error) => done({ code: 1, output: `${tool} could not be run: ${error.message}` }))
    child.on('close', (code) => {
      clearTimeout(timer)
      done({ code, output })
    })
  })
}
