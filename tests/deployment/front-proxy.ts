import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from '../support/server.ts'
import { createCertificate } from '../support/tls-proxy.ts'

const examples = resolve(import.meta.dirname, '../../docs/deployment')
const host = 'accounts.example.com'

export type ProxyName = 'nginx' | 'caddy'

export type FrontProxy = {
  readonly name: ProxyName
  readonly origin: string
  readonly port: number
  /** Where plain HTTP is answered. */
  readonly plainPort: number
  readonly certificate: string
  stop(): Promise<void>
}

export function isInstalled(name: ProxyName): boolean {
  return spawnSync(name, [name === 'nginx' ? '-v' : 'version'], { stdio: 'ignore' }).error === undefined
}

type Place = { folder: string; port: number; plainPort: number; key: string; certificate: string; nodes: number[] }

/** Runs the example of the documentation, with this machine's ports, certificate and nodes in place of its own. */
export async function startFrontProxy(name: ProxyName, port: number, nodes: number[]): Promise<FrontProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-front-'))
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  createCertificate(key, certificate)
  const place = { folder, port, plainPort: await freePort(), key, certificate, nodes }
  const file = join(folder, 'proxy.conf')
  writeFileSync(file, name === 'nginx' ? nginxFile(place) : caddyFile(place))
  const args =
    name === 'nginx' ? ['-p', folder, '-c', file, '-e', 'stderr'] : ['run', '--config', file, '--adapter', 'caddyfile']
  const program = spawn(name, args, { env: { ...process.env, HOME: folder }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [program.stdout, program.stderr]) stream.on('data', (chunk) => (output += chunk))
  for (let tries = 0; !(await isListening(port)); tries++) {
    if (program.exitCode !== null || tries > 200) throw new Error(`${name} does not start:\n${output}`)
    await new Promise((wait) => setTimeout(wait, 50))
  }
  return {
    ...{ name, origin: `https://localhost:${port}`, port, plainPort: place.plainPort },
    certificate: readFileSync(certificate, 'utf8'),
    stop: async () => {
      const ended = once(program, 'exit')
      program.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function nginxFile({ folder, port, plainPort, key, certificate, nodes }: Place): string {
  const example = replaceAll(readFileSync(join(examples, 'nginx.conf'), 'utf8'), [
    [
      '  server 127.0.0.1:3000 ',
      nodes.map((node) => `  server 127.0.0.1:${node} `).join('max_fails=1 fail_timeout=1s;\n'),
    ],
    [`/etc/letsencrypt/live/${host}/fullchain.pem`, certificate],
    [`/etc/letsencrypt/live/${host}/privkey.pem`, key],
    ['listen 80;', `listen 127.0.0.1:${plainPort};`],
    ['listen 443 ssl', `listen 127.0.0.1:${port} ssl`],
    [`https://${host}$request_uri`, `https://localhost:${port}$request_uri`],
    [`server_name ${host};`, 'server_name localhost;'],
  ])
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  mkdirSync(join(folder, 'temp'))
  const paths = temporary.map((kind) => `${kind}_temp_path ${join(folder, 'temp', kind)};`).join('\n')
  // The workers of nginx write there as another user when its master is root.
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  return `${user} daemon off; pid ${join(folder, 'pid')}; events {} http { access_log off; ${paths}\n${example}\n}`
}

function caddyFile({ port, plainPort, key, certificate, nodes }: Place): string {
  const example = replaceAll(readFileSync(join(examples, 'Caddyfile'), 'utf8'), [
    [`\n${host} {`, `\nlocalhost:${port} {\n\ttls ${certificate} ${key}`],
    ['reverse_proxy 127.0.0.1:3000 ', `reverse_proxy ${nodes.map((node) => `127.0.0.1:${node}`).join(' ')} `],
  ])
  return `{\n\tadmin off\n\thttp_port ${plainPort}\n}\n${example}`
}

/** Every part must be there: an example that has changed is not to be run as something else. */
function replaceAll(text: string, parts: [string, string][]): string {
  for (const [from] of parts) if (!text.includes(from)) throw new Error(`the example does not say "${from}" any more`)
  return parts.reduce((changed, [from, to]) => changed.replaceAll(from, to), text)
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
