import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { signedInClient } from '../support/fixtures.ts'
import { freePort, startServer } from '../support/server.ts'
import { load } from './proxy/load.ts'

// npm run bench:proxy: a small JSON call through the proxy against a bare streaming proxy of the same runtime, in rounds
// that alternate so that a drift of the machine's speed meets both alike. Before that one large download and one upload,
// and how much memory the site takes for them.

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    seconds: { type: 'string', default: '3' },
    mebibytes: { type: 'string', default: '1024' },
  },
})
const [rounds, seconds, mebibytes] = [Number(values.rounds), Number(values.seconds), Number(values.mebibytes)]
const leastShare = 0.7
const mostMebibytes = 64
const mebibyte = 1_048_576

const folder = mkdtempSync(join(tmpdir(), 'cloakroom-bench-'))
const [servicePort, barePort] = [await freePort(), await freePort()]
const service = run('service', servicePort)
const bare = run('bare', barePort, servicePort)
const file = join(folder, 'upstreams.json')
const allow = [{ methods: ['GET', 'POST'], path: '/**' }]
writeFileSync(file, JSON.stringify({ api: { allow, bodyLimit: '2GiB' } }))
const env = { API_URL: `http://127.0.0.1:${servicePort}`, UPSTREAMS_FILE: file, LOG_LEVEL: 'info' }
const server = await startServer({ env })
const { client } = await signedInClient(server)
const csrf = await client.csrf()
const headers = {
  Host: `localhost:${server.port}`,
  Cookie: client.jar.header() ?? '',
  Accept: 'application/json',
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36',
  'Sec-Fetch-Site': 'same-origin',
  'X-CSRF-Token': csrf,
}

function run(...words: (string | number)[]): ChildProcess {
  const program = new URL('proxy/programs.ts', import.meta.url).pathname
  return spawn(process.execPath, [program, ...words.map(String)], { stdio: 'inherit' })
}

const head = (path: string) =>
  `GET ${path} HTTP/1.1\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`

/** Processor time of a process, in seconds, and its resident memory, in MiB. */
function usage(pid: number): { cpu: number; memory: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return { cpu: (Number(fields[11]) + Number(fields[12])) / 100, memory: Number(resident) / 1_024 }
}

const median = (list: number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN

async function measureCalls(): Promise<boolean> {
  const ways = [
    { name: 'bare proxy', port: barePort, pid: bare.pid ?? 0, text: head('/projects') },
    { name: 'through Cloakroom', port: server.port, pid: server.pid, text: head('/bff/api/projects') },
  ].map((way) => ({ ...way, perSecond: [] as number[], cost: [] as number[] }))
  for (const { port, text } of ways) await load(port, text, 1)
  for (let round = 0; round < rounds; round++) {
    for (const { port, pid, text, perSecond, cost } of ways) {
      const before = usage(pid).cpu
      const { answers, answersPerSecond, refused } = await load(port, text, seconds)
      if (refused > 0) throw new Error(`${refused} calls were refused`)
      perSecond.push(answersPerSecond)
      cost.push(((usage(pid).cpu - before) / answers) * 1e6)
    }
  }
  console.log(`A small JSON call, 16 connections, median of ${rounds} rounds of ${seconds} s (least to most)`)
  for (const { name, perSecond, cost } of ways) {
    const [least, most] = [Math.min(...perSecond), Math.max(...perSecond)].map((value) => value.toFixed(0))
    const each = `${median(cost).toFixed(0)} µs of processor time each`
    console.log(
      `  ${name.padEnd(18)} ${median(perSecond).toFixed(0).padStart(6)} a second (${least} to ${most}), ${each}`,
    )
  }
  const [base, ours] = ways.map(({ perSecond }) => median(perSecond))
  return report('share of the bare throughput', (ours ?? 0) / (base ?? 1), (share) => share >= leastShare, leastShare)
}

async function measureMemory(name: string, move: () => Promise<number>): Promise<boolean> {
  await delay(2_000)
  const idle = usage(server.pid).memory
  let peak = idle
  const timer = setInterval(() => {
    peak = Math.max(peak, usage(server.pid).memory)
  }, 20)
  const begin = performance.now()
  const moved = await move()
  clearInterval(timer)
  if (moved !== mebibytes * mebibyte) throw new Error(`${moved} bytes arrived`)
  const speed = mebibytes / ((performance.now() - begin) / 1_000)
  console.log(`${name} of ${mebibytes} MiB: ${speed.toFixed(0)} MiB/s, ${idle.toFixed(0)} MiB resident before`)
  return report('MiB above idle', peak - idle, (above) => above <= mostMebibytes, mostMebibytes)
}

function report(what: string, value: number, isFine: (value: number) => boolean, limit: number): boolean {
  console.log(`  ${isFine(value) ? 'holds' : 'FAILS'}: ${value.toFixed(2)} ${what} (limit ${limit})`)
  return isFine(value)
}

function download(): Promise<number> {
  return new Promise((resolve, reject) => {
    const path = `/bff/api/file?bytes=${mebibytes * mebibyte}`
    const outgoing = request({ port: server.port, host: 'localhost', path, headers }, (incoming) => {
      let received = 0
      incoming.on('data', (part: Buffer) => {
        received += part.length
      })
      incoming.on('end', () => resolve(received)).on('error', reject)
    })
    outgoing.on('error', reject).end()
  })
}

function upload(): Promise<number> {
  return new Promise((resolve, reject) => {
    const path = '/bff/api/file'
    const outgoing = request({ port: server.port, host: 'localhost', path, method: 'POST', headers }, (incoming) => {
      let text = ''
      incoming.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      incoming.on('end', () => resolve((JSON.parse(text) as { received: number }).received)).on('error', reject)
    })
    const part = Buffer.alloc(65_536, 'x')
    let left = mebibytes * mebibyte
    const more = () => {
      while (left > 0) {
        left -= part.length
        if (!outgoing.write(part)) return void outgoing.once('drain', more)
      }
      outgoing.end()
    }
    outgoing.on('error', reject)
    more()
  })
}

try {
  await delay(500)
  const results = [
    await measureMemory('Download', download),
    await measureMemory('Upload', upload),
    await measureCalls(),
  ]
  process.exitCode = results.every(Boolean) ? 0 : 1
} finally {
  await server.stop()
  service.kill()
  bare.kill()
  rmSync(folder, { recursive: true, force: true })
}
