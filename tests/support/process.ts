import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { delimiter, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** What V8 compiled for an earlier program; `npm start` keeps its own there. */
export const compiledCode = resolve(root, '.cache/compiled')

const clock = new URL('test-clock.js', import.meta.url).href
/** As package.json has it for the commands. */
const quickImports = new URL('../../app/platform/quick-imports.js', import.meta.url).href

export type Run = { code: number | null; stdout: string; stderr: string }

/** One of the project's own programs, run as a child with nothing of this process's environment but the path. */
export class Program {
  readonly child: ChildProcess
  readonly #exited: Promise<number | null>
  #stdout = ''
  #stderr = ''

  constructor(script: string, options: { env?: Record<string, string>; args?: string[]; cwd?: string } = {}) {
    const preloads = script.endsWith('.ts') ? [quickImports, clock] : [clock]
    const flags = preloads.flatMap((file) => ['--import', file])
    this.child = spawn(process.execPath, [...flags, resolve(root, script), ...(options.args ?? [])], {
      cwd: options.cwd ?? root,
      env: {
        PATH: [resolve(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
        HOME: process.env.HOME ?? '/nonexistent',
        NODE_ENV: 'production',
        NODE_COMPILE_CACHE: compiledCode,
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.child.stdout?.setEncoding('utf8').on('data', (text) => {
      this.#stdout += text
    })
    this.child.stderr?.setEncoding('utf8').on('data', (text) => {
      this.#stderr += text
    })
    this.#exited = once(this.child, 'close').then(([code]) => code as number | null)
  }

  /** Everything that the program has written so far. */
  get output(): string {
    return `${this.#stdout}${this.#stderr}`
  }

  get hasExited(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }

  /** Waits for the end of the program, at most `limitMs`. */
  async ended(limitMs = 45_000): Promise<Run> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), limitMs)
    const code = await this.#exited
    clearTimeout(timer)
    return { code, stdout: this.#stdout, stderr: this.#stderr }
  }

  /** Ends the program at once, whatever it is doing: a store must bear that. */
  async stop(): Promise<Run> {
    if (!this.hasExited) this.child.kill('SIGKILL')
    return this.ended(2_000)
  }

  /** Moves the program's clock forward (or back) and waits until it says so. */
  async advance(milliseconds: number): Promise<void> {
    const moved = once(this.child, 'message', { signal: AbortSignal.timeout(30_000) })
    this.child.send({ advanceMs: milliseconds })
    await moved
  }
}

/** Runs one of the project's programs to its end. */
export function runProgram(
  script: string,
  options: { env?: Record<string, string>; args?: string[]; cwd?: string } = {},
): Promise<Run> {
  return new Program(script, options).ended()
}
