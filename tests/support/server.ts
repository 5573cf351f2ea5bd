import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Program } from './process.ts'
import type { StoreConnection } from './store-connection.ts'
import { openStoreOf, removeStoreOf, storeSettings } from './store-in-use.ts'

export type ServerOptions = {
  /** Settings on top of the harness's own. */
  env?: Record<string, string>
  /** Where the store lives; a new temporary folder by default. */
  dataDir?: string
  /** Runs the resource server as a program of its own and points the BFF at it. */
  standAloneApi?: boolean
}

/** The built server, running as a child process with a store, a port and a clock of its own. */
export type TestServer = {
  readonly origin: string
  readonly port: number
  readonly dataDir: string
  /** The process that serves the site. Another one after a restart. */
  readonly pid: number
  /** Where the stand-alone API answers; null while it is embedded. */
  readonly apiOrigin: string | null
  /** All that the programs have logged since the start, restarts included. */
  output(): string
  /** Moves the clock of every program by this many milliseconds. */
  advance(milliseconds: number): Promise<void>
  /** A connection of the test's own to the server's store. The caller closes it. */
  openDatabase(): StoreConnection
  /** Stops and starts the server over the same store, with other settings when given. */
  restart(env?: Record<string, string>): Promise<void>
  /** Stops everything and removes the temporary folder. */
  stop(): Promise<void>
}

/** Starts the built server and waits until it answers. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'cloakroom-test-'))
  const port = await freePort()
  const apiPort = options.standAloneApi ? await freePort() : null
  const settings = { ...baseSettings(port, dataDir, apiPort), ...options.env }
  const earlier: string[] = []
  let programs = await startPrograms(settings, apiPort)

  const stopPrograms = async () => {
    earlier.push(...programs.map((program) => program.output))
    await Promise.all(programs.map((program) => program.stop()))
    programs = []
  }
  return {
    origin: `http://localhost:${port}`,
    port,
    dataDir,
    get pid() {
      return programs[0]?.child.pid ?? 0
    },
    apiOrigin: apiPort === null ? null : `http://localhost:${apiPort}`,
    output: () => [...earlier, ...programs.map((program) => program.output)].join('\n'),
    advance: async (milliseconds) => {
      await Promise.all(programs.map((program) => program.advance(milliseconds)))
    },
    openDatabase: () => openStoreOf(dataDir),
    restart: async (env = {}) => {
      await stopPrograms()
      programs = await startPrograms({ ...settings, ...env }, apiPort)
    },
    stop: async () => {
      await stopPrograms()
      if (options.dataDir !== undefined) return
      removeStoreOf(dataDir)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** What every server under test is started with. */
export function baseSettings(port: number, dataDir: string, apiPort: number | null = null): Record<string, string> {
  return {
    PORT: String(port),
    APP_ORIGIN: `http://localhost:${port}`,
    DATA_DIR: dataDir,
    ...storeSettings(dataDir),
    LOG_LEVEL: 'debug',
    // One address makes all of a test's accounts; tests of the limits themselves set them back.
    LIMIT_SIGN_IN_PER_ADDRESS: '100000/1h',
    LIMIT_REGISTER_PER_ADDRESS: '100000/1h',
    LIMIT_MAIL_PER_ADDRESS: '100000/1h',
    LIMIT_CODE_PER_ADDRESS: '100000/1h',
    LIMIT_EVENTS_ABOUT_NOBODY: '100000/1m',
    // `npm run test:all` runs some suites once without every optional part of the platform.
    ...(process.env.PLATFORM_OFF === undefined ? {} : { PLATFORM_OFF: process.env.PLATFORM_OFF }),
    ...(apiPort === null ? {} : { API_URL: `http://localhost:${apiPort}`, API_PORT: String(apiPort) }),
  }
}

/** A port that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

async function startPrograms(settings: Record<string, string>, apiPort: number | null): Promise<Program[]> {
  const site = new Program('app/cli/serve.js', { env: settings })
  await untilAnswering(site, `http://localhost:${settings.PORT}/bff/csrf`)
  if (apiPort === null) return [site]
  const api = new Program('app/cli/api.ts', { env: settings })
  await untilAnswering(api, `http://localhost:${apiPort}/health`)
  return [site, api]
}

async function untilAnswering(program: Program, url: string, limitMs = 50_000): Promise<void> {
  const deadline = Date.now() + limitMs
  while (Date.now() < deadline) {
    if (program.hasExited) throw new Error(`the server stopped while starting:\n${program.output}`)
    if (await isAnswering(url)) return
    await delay(25)
  }
  await program.stop()
  throw new Error(`the server did not answer within ${limitMs / 1_000} s:\n${program.output}`)
}

function isAnswering(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request(url, { agent: false, timeout: 2_000 }, (response) => {
      response.resume()
      resolve(true)
    })
    probe.on('error', () => resolve(false))
    probe.end()
  })
}
