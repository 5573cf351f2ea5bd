import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { installPython } from '../remote-api/python-api.ts'
import { judgeAudit } from './advisories.ts'
import { findChromium } from './chromium.ts'
import { installChromium } from './chromium-install.ts'
import { failuresOfPlaywright, failuresOfVitest, type PlaywrightFailures, type VitestFailures } from './failures.ts'
import { compiledCode } from './process.ts'
import {
  type Counts,
  type Outcome,
  type PlaywrightReport,
  tallyPlaywright,
  tallyVitest,
  total,
  type VitestReport,
} from './tally.ts'

const root = resolve(import.meta.dirname, '../..')
const minute = 60_000

/** Process groups of tools at work. */
const running = new Set<number>()

/** Ends every tool at work, with its children: they stand in groups of their own and would outlive this process. */
export function endTools(): void {
  for (const group of running) endGroup(group)
}

function endGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

type Finished = { code: number | null; output: string }

// Limits for what hangs. What takes seconds by itself takes minutes beside other load.
export const runTypes = () => runTool('tsc', [], 10 * minute)
export const runLint = () => runTool('biome', ['check', '.'], 5 * minute)
export const runBuild = () => runTool('remix', ['build'], 5 * minute)

/** Runs the tests that these words of vitest's command line choose, or all of them, and counts each test. */
export function runVitest(words: string[], env: Record<string, string> = {}): Promise<Outcome> {
  return withReport<VitestReport & VitestFailures>(tallyVitest, failuresOfVitest, (file) =>
    run(
      'vitest',
      ['run', ...words, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
      40 * minute,
      env,
    ),
  )
}

/** The resource server in Python; its packages are installed first where they can be. */
export function runPython(): Promise<Outcome> {
  installPython()
  return runVitest(['--config', 'tests/remote-api/vitest.config.ts'])
}

/** Known vulnerabilities in the packages that are served, and in all that are installed. */
export async function runAdvisories(): Promise<Outcome> {
  const words = ['audit', '--json', '--fetch-retries=0', '--fetch-timeout=20000']
  const served = judgeAudit('packages that are served', (await run('npm', [...words, '--omit=dev'], minute)).output)
  const all = judgeAudit('all packages', (await run('npm', words, minute)).output)
  const of = (key: 'failures' | 'skips') => [...(served[key] ?? []), ...(all[key] ?? [])]
  return { ...total([served, all]), output: '', failures: of('failures'), skips: of('skips') }
}

/** Runs the journeys in Chromium and counts each; when there is no Chromium, says so and counts each as failed. */
export async function runBrowser(files: string[] = [], env: Record<string, string> = {}): Promise<Outcome> {
  const obstacle = findChromium() === null ? installChromium() : null
  if (obstacle !== null) {
    const failed = await countBrowserTests()
    return { passed: 0, failed, output: `${failed} browser tests could not run: ${obstacle}` }
  }
  return withReport<PlaywrightReport & PlaywrightFailures>(tallyPlaywright, failuresOfPlaywright, (file) =>
    run('playwright', ['test', ...files, '--reporter=list,json'], 30 * minute, {
      ...env,
      PLAYWRIGHT_JSON_OUTPUT_NAME: file,
    }),
  )
}

/** A tool that either succeeds or not: one check. */
async function runTool(tool: string, args: string[], limitMs: number): Promise<Outcome> {
  const { code, output } = await run(tool, args, limitMs)
  return code === 0 ? { passed: 1, failed: 0, output } : { passed: 0, failed: 1, output }
}

async function withReport<Report>(
  tally: (report: Report, exitCode: number | null) => Counts & { skips: string[] },
  failuresOf: (report: Report) => string[],
  runInto: (file: string) => Promise<Finished>,
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-report-'))
  const file = join(folder, 'report.json')
  try {
    const { code, output } = await runInto(file)
    try {
      const report: Report = JSON.parse(readFileSync(file, 'utf8'))
      return { ...tally(report, code), failures: failuresOf(report), output }
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

/** Runs a program of `node_modules/.bin`, or npm, with this Node first on its path; ends it and its children after `limitMs`. */
function run(tool: string, args: string[], limitMs: number, env: Record<string, string> = {}): Promise<Finished> {
  const path = [dirname(process.execPath), resolve(root, 'node_modules/.bin'), process.env.PATH].join(delimiter)
  const child = spawn(tool === 'npm' ? tool : resolve(root, 'node_modules/.bin', tool), args, {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', NODE_COMPILE_CACHE: compiledCode, ...env, PATH: path },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  const collect = (chunk: Buffer) => {
    output += chunk.toString()
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  if (child.pid !== undefined) running.add(child.pid)
  const timer = setTimeout(() => {
    output += `\n${tool} was ended: it took longer than ${limitMs / minute} minutes.\n`
    if (child.pid !== undefined) endGroup(child.pid)
  }, limitMs)
  return new Promise((done) => {
    child.on('error', (error) => done({ code: 1, output: `${tool} could not be run: ${error.message}` }))
    child.on('close', (code) => {
      clearTimeout(timer)
      if (child.pid !== undefined) running.delete(child.pid)
      done({ code, output })
    })
  })
}
