import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { pinned, usageOf } from './machine.ts'
import { endWithUs } from './offspring.ts'

export type ProgramOptions = {
  /** Node's arguments: flags, script and its arguments. */
  args: readonly string[]
  cwd: string
  env: Record<string, string>
  port: number
  /** A path that answers once the program is ready. */
  probe: string
  /** The processors to keep to, as `taskset` takes them; null for all. */
  cores: string | null
  /** Where its output goes; nowhere when left out. */
  logFile?: string
}

/** A server that is measured: a child with nothing of this process's environment but the path. */
export class ServerProgram {
  readonly port: number
  readonly child: ChildProcess
  #errors = ''

  private constructor({ args, cwd, env, port, cores, logFile }: ProgramOptions) {
    this.port = port
    const [command = '', ...rest] = pinned([process.execPath, ...args], cores)
    const child = spawn(command, rest, {
      cwd,
      env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', NODE_ENV: 'production', PORT: String(port), ...env },
      stdio: ['ignore', logFile ? 'pipe' : 'ignore', 'pipe'],
    })
    this.child = endWithUs(child)
    if (logFile) this.child.stdout?.pipe(createWriteStream(logFile))
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-4_000)
    })
  }

  /** Starts a program and waits until it answers; `startMs` is how long that took. */
  static async start(options: ProgramOptions): Promise<ServerProgram & { startMs: number }> {
    const begin = performance.now()
    const program = new ServerProgram(options)
    while (!(await isAnswering(options.port, options.probe))) {
      if (program.hasExited) throw new Error(`${options.args.join(' ')} ended while starting:\n${program.#errors}`)
      if (performance.now() - begin > 60_000) throw new Error(`${options.args.join(' ')} does not answer`)
      await delay(2)
    }
    return Object.assign(program, { startMs: performance.now() - begin })
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  get hasExited(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }

  /** Processor seconds so far and resident bytes now, workers included. */
  usage(): { cpuSeconds: number; residentBytes: number } {
    return usageOf(this.pid)
  }

  /** Ends the program; with SIGTERM it may write what it has to write, a profile for example. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
    if (this.hasExited) return
    const ended = once(this.child, 'close')
    this.child.kill(signal)
    await Promise.race([ended, delay(20_000, undefined, { ref: false })])
    if (!this.hasExited) this.child.kill('SIGKILL')
    await ended
  }
}

function isAnswering(port: number, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request(
      { port, host: '127.0.0.1', path, headers: { host: `localhost:${port}` }, agent: false },
      (answer) => {
        answer.resume()
        resolve((answer.statusCode ?? 500) < 500)
      },
    )
    probe.on('error', () => resolve(false))
    probe.end()
  })
}
