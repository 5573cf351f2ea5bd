import { once } from 'node:events'
import { request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { Program } from '../support/process.ts'
import type { Measure, Order } from './saboteur.ts'

const startLimitMs = 60_000
const saboteur = new URL('saboteur.ts', import.meta.url).href

/** One server process of a house, which may be killed and started again as often as one likes. */
export class ServerNode {
  readonly port: number
  readonly #env: () => Record<string, string>
  #program: Program | null = null
  #earlier = ''

  constructor(port: number, env: () => Record<string, string>) {
    this.port = port
    this.#env = env
  }

  get pid(): number {
    return this.#running.child.pid ?? 0
  }

  get isRunning(): boolean {
    return this.#program !== null && !this.#program.hasExited
  }

  /** How it ended, where it did. */
  get ending(): string | null {
    if (!this.#program?.hasExited) return null
    const { exitCode, signalCode } = this.#program.child
    return `the server on port ${this.port} has ended: ${signalCode ?? `status ${exitCode}`}`
  }

  /** What its processes wrote, the latest at the end. */
  get output(): string {
    return `${this.#earlier}${this.#program?.output ?? ''}`
  }

  get #running(): Program {
    if (!this.#program) throw new Error('this node was never started')
    return this.#program
  }

  /** Starts the process and waits until it answers. */
  async start(): Promise<void> {
    this.launch()
    await this.untilReady()
  }

  /** Starts the process. */
  launch(): void {
    this.#earlier = this.output.slice(-20_000)
    this.#program = new Program('app/cli/serve.js', {
      env: { ...this.#env(), PORT: String(this.port), NODE_OPTIONS: `--import ${saboteur}` },
    })
  }

  async untilReady(): Promise<void> {
    const deadline = performance.now() + startLimitMs
    while (!(await isHealthy(this.port))) {
      if (!this.isRunning) throw new Error(`a node stopped while starting:\n${this.output.slice(-3_000)}`)
      if (performance.now() > deadline) throw new Error(`a node did not start:\n${this.output.slice(-3_000)}`)
      await delay(25)
    }
  }

  async kill(): Promise<void> {
    if (this.#program) await this.#program.stop()
  }

  signal(signal: NodeJS.Signals): void {
    this.#running.child.kill(signal)
  }

  /** Waits for the end of the process. */
  ended(limitMs?: number): Promise<{ code: number | null }> {
    return this.#running.ended(limitMs)
  }

  advance(milliseconds: number): Promise<void> {
    return this.#running.advance(milliseconds)
  }

  /** Gives the saboteur inside of the process an order and waits until it is obeyed. Throws when the process is gone. */
  async order(order: Order): Promise<Measure | null> {
    const { child } = this.#running
    const gone = new AbortController()
    const leave = () => gone.abort(new Error('the process is gone'))
    child.once('exit', leave)
    const limit = setTimeout(leave, 60_000)
    try {
      if (!this.isRunning) leave()
      const obeyed = once(child, 'message', { signal: gone.signal })
      child.send(order, (error) => error && leave())
      const [answer] = (await obeyed) as [{ measure: Measure | null }]
      return answer.measure
    } finally {
      clearTimeout(limit)
      child.off('exit', leave)
    }
  }
}

/** True when the process behind the port answers at all. */
export function isHealthy(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request({ host: '127.0.0.1', port, path: '/healthz', agent: false, timeout: 5_000 }, (response) => {
      response.resume()
      response.on('error', () => resolve(false))
      response.on('end', () => resolve(response.statusCode === 200))
    })
    probe.on('timeout', () => probe.destroy())
    probe.on('error', () => resolve(false))
    probe.end()
  })
}
