import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'

const folder = resolve(import.meta.dirname, '../remote-api')
// Debian's packages belong to Debian's Python, whatever else is first on the path.
const python = '/usr/bin/python3'

/** Why the resource server in Python cannot run here; null when it can. */
export function whyNoPython(): string | null {
  const { status, stderr, error } = spawnSync(python, ['-c', 'import fastapi, uvicorn, jose'], { encoding: 'utf8' })
  if (status === 0) return null
  const missing = error ? `${python} is missing` : (stderr.trim().split('\n').at(-1) ?? 'unknown')
  return `${missing} (Debian: apt-get install python3-fastapi uvicorn python3-jose)`
}

/** The resource server in Python, which believes access tokens of `issuer`. The issuer may start later. */
export async function startPythonApi(port: number, issuer: string): Promise<{ stop(): Promise<void> }> {
  const args = ['-m', 'uvicorn', '--app-dir', folder, '--port', String(port), '--log-level', 'warning', 'main:app']
  const env = {
    PATH: process.env.PATH ?? '',
    ISSUER: issuer,
    AUDIENCE: 'cloakroom-api',
    PYTHONDONTWRITEBYTECODE: '1',
    NODE_ENV: 'production' as const,
  }
  const child = spawn(python, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  const exited = once(child, 'close')
  let output = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output += text
  })
  const end = performance.now() + 30_000
  while (!(await isHealthy(port))) {
    if (child.exitCode !== null || performance.now() > end)
      throw new Error(`the API in Python does not run:\n${output}`)
    await new Promise((later) => setTimeout(later, 50))
  }
  return {
    stop: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}

async function isHealthy(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health`)).ok
  } catch {
    return false
  }
}
