import { spawn, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join, resolve } from 'node:path'
import { installPackages } from '../support/debian.ts'

const project = resolve(import.meta.dirname, '../..')
const bootstrapLimitMs = 900_000
const home = '/srv/newcomer'
const certificates = '/etc/ssl/certs/ca-certificates.crt'

/** A minimal Debian in a folder: Node, npm and git, and nothing else that its base does not bring. */
export type Machine = {
  /** Clones the committed tree and runs a command of bash in it; what it starts ends with it. */
  run(command: string, env?: Record<string, string>): Running
  remove(): void
}

export type Running = { readonly ended: Promise<number | null>; readonly output: string; stop(): void }

/** Why there can be no fresh machine here; null when there can. Installs debootstrap where that is possible. */
export function whyNoMachine(): string | null {
  if (process.platform !== 'linux') return 'this is not Linux'
  if (process.getuid?.() !== 0) return 'only root can make one'
  if (spawnSync('unshare', ['--mount', '--pid', '--fork', 'true']).status !== 0) return 'no namespaces can be made here'
  if (findProgram('debootstrap') === null) {
    const obstacle = installPackages(['debootstrap'])
    if (obstacle !== null) return `debootstrap is missing: ${obstacle}`
  }
  return null
}

/** Lays the base and puts Node, npm and this machine's ways to its registries in. Returns why it could not, instead. */
export function makeMachine(): Machine | string {
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-fresh-'))
  const remove = () => removeMachine(folder)
  const words = ['--variant=minbase', '--include=ca-certificates,git', codename(), folder]
  const laid = spawnSync('debootstrap', words, { encoding: 'utf8', timeout: bootstrapLimitMs })
  if (laid.status !== 0) {
    remove()
    return `debootstrap failed (${laid.error?.message ?? `${laid.stdout}${laid.stderr}`.trim().slice(-300)})`
  }
  // It is the root of everybody there, of those too that programs become who may not be root.
  chmodSync(folder, 0o755)
  takeAlong(folder)
  bringNode(folder)
  return { run: (command, env = {}) => runIn(folder, command, env), remove }
}

/** Settings by which npm, apt and Node reach what they fetch, wherever this machine gets it from. */
function takeAlong(folder: string): void {
  const settings = [
    ...['/etc/resolv.conf', '/etc/hosts', '/etc/npmrc', certificates],
    ...['/etc/apt/sources.list', '/etc/apt/sources.list.d', '/etc/apt/keyrings', '/usr/share/keyrings'],
    ...below('/etc/apt/apt.conf.d').filter((file) => isAboutFetching(readFileSync(file, 'utf8'))),
    ...[npmSetting('globalconfig'), npmSetting('cafile')],
  ]
  for (const path of settings.filter((each) => each.startsWith('/') && existsSync(each))) {
    rmSync(join(folder, path), { recursive: true, force: true })
    cpSync(path, join(folder, path), { recursive: true, dereference: true })
  }
  mkdirSync(join(folder, home), { recursive: true })
  const own = npmSetting('userconfig')
  if (existsSync(own)) cpSync(own, join(folder, home, '.npmrc'))
  const extra = process.env.NODE_EXTRA_CA_CERTS
  if (extra !== undefined && existsSync(extra) && realpathSync(extra) !== realpathSync(certificates))
    appendFileSync(join(folder, certificates), readFileSync(extra))
}

/** What runs programs of this machine after each package is not for another one. */
const isAboutFetching = (settings: string) => settings.includes('Acquire::') && !settings.includes('Invoke')

/** The Node and npm at hand, from outside of the project: any that can run npm will do. */
function bringNode(folder: string): void {
  const [node, npm] = [findProgram('node'), findProgram('npm')]
  if (node === null || npm === null) throw new Error('there is no Node outside of the project to take along')
  const npmFolder = dirname(dirname(realpathSync(npm)))
  cpSync(realpathSync(node), join(folder, 'usr/local/bin/node'))
  const place = `/usr/local/lib/node_modules/${basename(npmFolder)}`
  cpSync(npmFolder, join(folder, place), { recursive: true, dereference: true })
  for (const name of ['npm', 'npx']) {
    const link = spawnSync('ln', ['-s', `${place}/bin/${name}-cli.js`, join(folder, 'usr/local/bin', name)])
    if (link.status !== 0) throw new Error(`${name} cannot be linked`)
  }
}

function runIn(folder: string, command: string, env: Record<string, string>): Running {
  const clone = mkdtempSync(join(folder, home, 'clone-'))
  const cloned = spawnSync('git', ['clone', '--quiet', '--no-hardlinks', project, clone], { encoding: 'utf8' })
  if (cloned.status !== 0) throw new Error(`the project cannot be cloned: ${cloned.stderr}`)
  const settings = {
    ...{ HOME: home, TERM: 'dumb', LANG: 'C.UTF-8', NODE_EXTRA_CA_CERTS: certificates, ...env },
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    // Without NODE_ENV, which the types ask for: a newcomer has set none.
  } as unknown as NodeJS.ProcessEnv
  // Processes and mounts of its own: all of it ends with the first process there.
  const inside = 'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" bash -c "$1"'
  const place = clone.slice(folder.length)
  const words = ['--mount', '--pid', '--ipc', '--fork', '--kill-child', 'bash', '-c', inside, folder]
  const child = spawn('unshare', [...words, `cd ${place} && ${command}`], {
    env: settings,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const collect = (text: Buffer) => {
    output += text
    process.stdout.write(text)
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  const ended = new Promise<number | null>((done) => child.once('close', done))
  return {
    ended,
    get output() {
      return output
    },
    stop: () => child.kill('SIGKILL'),
  }
}

/** Nothing is removed as long as something is mounted below: it would be this machine's own. */
function removeMachine(folder: string): void {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
  if (mounts.includes(` ${folder}/`)) spawnSync('umount', ['--recursive', '--lazy', join(folder, 'proc')])
  if (readFileSync('/proc/self/mounts', 'utf8').includes(` ${folder}/`)) throw new Error(`mounted below ${folder}`)
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

function codename(): string {
  return /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'stable'
}

function npmSetting(name: string): string {
  return spawnSync('npm', ['config', 'get', name], { encoding: 'utf8', cwd: '/' }).stdout.trim()
}

function below(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []
}

function findProgram(name: string): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null
}
