import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { generatorCores, pinned } from './machine.ts'
import { rawRequest, type WebRequest } from './web-request.ts'

const run = promisify(execFile)

export type Load = {
  perSecond: number
  requests: number
  /** Answers that were not 2xx or 3xx. */
  refused: number
  /** Connections that broke, and answers that took longer than the generator waits (two seconds). */
  broken: number
  bytesEach: number
  medianMs: number
  p99Ms: number
}

/** Requests that are ready to be sent to one server, over and over in their order. */
export type Plan = { readonly file: string; readonly port: number; readonly count: number }

export type Drive = { connections: number; seconds: number; from?: number; isPinned?: boolean }

export type Generator = {
  readonly name: string
  prepare(label: string, port: number, requests: readonly WebRequest[]): Plan
  drive(plan: Plan, how: Drive): Promise<Load>
}

type Printed = {
  requests: number
  micros: number
  bytes: number
  refused: number
  broken: number
  p50: number
  p99: number
}

/** wrk where it is installed, else autocannon, which comes with the peers. `folder` takes the plans. */
export async function findGenerator(folder: string, peers: string, choice?: string): Promise<Generator> {
  const version = await wrkVersion()
  return version === null || choice === 'autocannon' ? autocannon(folder, peers) : wrk(folder, version)
}

async function wrkVersion(): Promise<string | null> {
  // It prints its version and ends with status 1.
  const { stdout } = await run('wrk', ['-v']).catch((error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }))
  return /^wrk (\S+)/.exec(stdout)?.[1] ?? null
}

function wrk(folder: string, version: string): Generator {
  const script = join(import.meta.dirname, 'wrk.lua')
  return {
    name: `wrk ${version}`,
    prepare(label, port, requests) {
      const file = join(folder, `${label}.plan`)
      writeFileSync(file, requests.map((request) => rawRequest(request, port)).join('\0'))
      return { file, port, count: requests.length }
    },
    async drive({ file, port }, { connections, seconds, from = 0, isPinned = true }) {
      const args = [
        '-t1',
        `-c${connections}`,
        `-d${seconds}s`,
        '-s',
        script,
        `http://127.0.0.1:${port}`,
        file,
        `${from}`,
      ]
      const [command, ...rest] = pinned(['wrk', ...args], isPinned ? generatorCores : null)
      const { stdout } = await run(command ?? '', rest)
      return toLoad(stdout)
    },
  }
}

function autocannon(folder: string, peers: string): Generator {
  const home = join(peers, 'package.json')
  const program = join(import.meta.dirname, 'run-autocannon.ts')
  return {
    name: 'autocannon',
    prepare(label, port, requests) {
      const file = join(folder, `${label}.json`)
      writeFileSync(file, JSON.stringify(requests))
      return { file, port, count: requests.length }
    },
    async drive({ file, port }, { connections, seconds, from = 0, isPinned = true }) {
      const args = [program, home, file, port, connections, seconds, from].map(String)
      const [command, ...rest] = pinned([process.execPath, ...args], isPinned ? generatorCores : null)
      const { stdout } = await run(command ?? '', rest)
      return toLoad(stdout)
    },
  }
}

function toLoad(stdout: string): Load {
  const { requests, micros, bytes, refused, broken, p50, p99 } = JSON.parse(
    stdout.trim().split('\n').at(-1) ?? '',
  ) as Printed
  return {
    ...{ requests, refused, broken, perSecond: requests / (micros / 1e6) },
    bytesEach: Math.round(bytes / Math.max(requests, 1)),
    ...{ medianMs: p50 / 1e3, p99Ms: p99 / 1e3 },
  }
}
