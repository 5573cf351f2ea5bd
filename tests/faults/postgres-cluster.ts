import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, lchownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { copyPrograms, type PostgresPrograms } from '../support/postgres/binaries.ts'
import { freePort } from '../support/server.ts'

/** As an installation has it, where it matters: what was committed survives a kill of the server. */
const settings: Record<string, string> = {
  // The machine itself stays up, so its memory is as good as its disk.
  fsync: 'off',
  max_connections: '150',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  dynamic_shared_memory_type: 'mmap',
  lc_messages: 'C',
}

/** A PostgreSQL that can be stopped, killed, started again and put back to an earlier state. */
export class PostgresCluster {
  readonly port: number
  readonly #folder: string
  readonly #programs: PostgresPrograms
  readonly #person: { uid?: number; gid?: number }
  #server: ChildProcess | null = null

  private constructor(folder: string, port: number) {
    this.port = port
    this.#folder = folder
    this.#programs = copyPrograms(folder)
    this.#person = giveAway(folder)
  }

  static async open(): Promise<PostgresCluster> {
    const cluster = new PostgresCluster(mkdtempSync(join(tmpdir(), 'cloakroom-cluster-')), await freePort())
    process.once('exit', () => cluster.#remove())
    cluster.#initialise()
    await cluster.start()
    return cluster
  }

  url(database: string): string {
    return `postgres://cloakroom@127.0.0.1:${this.port}/${database}`
  }

  async start(): Promise<void> {
    this.#server = spawn(this.#programs.postgres, ['-D', this.#data, '-p', String(this.port)], {
      ...this.#person,
      cwd: this.#folder,
      env: environment(),
      stdio: 'ignore',
    })
    for (;;) {
      if (this.#server.exitCode !== null) throw new Error('PostgreSQL does not start')
      if (await this.#isReady()) return
      await delay(50)
    }
  }

  /** `fast` ends connections and keeps everything; `immediate` is a crash, after which the log is replayed. */
  async stop(mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
    const server = this.#server
    if (server === null || server.exitCode !== null) return
    const closed = once(server, 'close')
    server.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT')
    await closed
  }

  /** Keeps a copy of all data; the server is down meanwhile. */
  async keepCopy(): Promise<void> {
    await this.stop()
    this.#copy(this.#data, join(this.#folder, 'copy'))
    await this.start()
  }

  /** Another server takes over, which has not got what was written since the copy. */
  async failOver(): Promise<void> {
    await this.stop('immediate')
    this.#copy(join(this.#folder, 'copy'), this.#data)
    await this.start()
  }

  /** One statement as the owner of it all. */
  async run(text: string): Promise<unknown[]> {
    const client = new pg.Client(this.url('postgres'))
    await client.connect()
    try {
      return (await client.query(text)).rows
    } finally {
      await client.end()
    }
  }

  get #data(): string {
    return join(this.#folder, 'data')
  }

  #initialise(): void {
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const run = spawnSync(
      this.#programs.initdb,
      ['-D', this.#data, '-U', 'cloakroom', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync', ...options],
      { ...this.#person, cwd: this.#folder, env: environment(), encoding: 'utf8' },
    )
    if (run.status !== 0) throw new Error(`initdb failed: ${run.stdout}${run.stderr}`)
  }

  async #isReady(): Promise<boolean> {
    try {
      await this.run('select 1')
      return true
    } catch {
      return false
    }
  }

  #copy(from: string, to: string): void {
    rmSync(to, { recursive: true, force: true })
    execFileSync('cp', ['-a', from, to])
  }

  #remove(): void {
    this.#server?.kill('SIGQUIT')
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  }
}

/** PostgreSQL refuses to run as root; then it runs as nobody, who must own the folder. */
function giveAway(folder: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const line = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'))
  if (line === null) throw new Error('PostgreSQL cannot run as root, and this machine has no user nobody')
  const [uid, gid] = [Number(line[1]), Number(line[2])]
  mkdirSync(join(folder, 'data'), { mode: 0o700 })
  chownSync(folder, uid, gid)
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    lchownSync(join(folder, path), uid, gid)
  return { uid, gid }
}

/** Settings that PostgreSQL would take from the environment (`PGPORT`, `PGDATA`, languages) are not for it. */
function environment(): NodeJS.ProcessEnv {
  return { NODE_ENV: 'production', PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' }
}
