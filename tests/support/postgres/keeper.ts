import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { copyPrograms } from './binaries.ts'
import { folderPrefix, keeperFile } from './leftovers.ts'

// A program of its own that keeps one PostgreSQL cluster for as long as its standard input stays open: that ends with
// whoever started it, however that came about, and then the cluster ends and its folder goes. Writes the cluster's URL.

const parent = process.argv[2]
if (parent === undefined) throw new Error('usage: keeper.ts folder')

/** Nothing in it outlives the run, so nothing needs to reach the disk; it serves a few servers at a time. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '2GB',
  checkpoint_timeout: '1h',
  autovacuum: 'off',
  jit: 'off',
  io_method: 'sync',
  max_parallel_workers_per_gather: '0',
  max_logical_replication_workers: '0',
  shared_buffers: '32MB',
  max_connections: '150',
  // In the folder instead of a place that a killed cluster would leave behind.
  dynamic_shared_memory_type: 'mmap',
  // The password is random and lives for minutes; hashing it slowly would cost each connection.
  scram_iterations: '1',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  lc_messages: 'C',
}

const folder = mkdtempSync(join(parent, folderPrefix))
writeFileSync(join(folder, keeperFile), String(process.pid))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

const person = personFor(folder)
const password = randomBytes(16).toString('hex')
const data = join(folder, 'data')
const { initdb, postgres } = copyPrograms(folder)
makeCluster()
const cluster = await startOnFreePort()

const end = () => cluster.kill('SIGQUIT')
cluster.once('close', () => process.exit(0))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
process.stdin.resume().once('end', end).once('error', end)

/** PostgreSQL refuses to run as root; then it runs as nobody, who must own the folder. */
function personFor(place: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const line = readFileSync('/etc/passwd', 'utf8').match(/^nobody:[^:]*:(\d+):(\d+):/m)
  if (line === null) throw new Error('PostgreSQL cannot run as root, and this machine has no user nobody')
  const [uid, gid] = [Number(line[1]), Number(line[2])]
  chownSync(place, uid, gid)
  return { uid, gid }
}

function makeCluster(): void {
  mkdirSync(data, { mode: 0o700 })
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  const { uid, gid } = person
  if (uid !== undefined && gid !== undefined) {
    for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
      lchownSync(join(folder, path), uid, gid)
  }
  const run = spawnSync(
    initdb,
    [
      ...['-D', data, '-U', 'cloakroom', '--pwfile', passwordFile, '--auth=scram-sha-256'],
      ...['--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions', '--no-data-checksums'],
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { ...person, cwd: folder, env: environment(), encoding: 'utf8' },
  )
  rmSync(passwordFile)
  if (run.status !== 0) throw new Error(`initdb failed: ${run.error ?? ''}${run.stdout}${run.stderr}`)
}

/** Another program may take the port between the look and the start: then the next one. */
async function startOnFreePort(): Promise<ChildProcess> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort()
    const { child, output } = await start(port)
    if (child.exitCode === null) {
      process.stdout.write(`${JSON.stringify({ url: `postgres://cloakroom:${password}@127.0.0.1:${port}` })}\n`)
      return child
    }
    if (attempt === 5) throw new Error(`PostgreSQL does not start: ${output}`)
  }
}

function start(port: number): Promise<{ child: ChildProcess; output: string }> {
  const child: ChildProcess = spawn(postgres, ['-D', data, '-p', String(port)], {
    ...person,
    cwd: folder,
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let output = ''
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => resolve({ child, output }))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output = `${output}${text}`.slice(-10_000)
      if (output.includes('ready to accept connections')) resolve({ child, output })
    })
  })
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

/** Settings that PostgreSQL would take from the environment (`PGPORT`, `PGDATA`, languages) are not for it. */
function environment(): NodeJS.ProcessEnv {
  return { NODE_ENV: 'test', PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' }
}
