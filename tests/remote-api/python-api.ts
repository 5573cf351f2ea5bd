import { spawnSync } from 'node:child_process'
import { installPackages } from '../support/debian.ts'
import { startApiProgram } from './api-program.ts'

// Debian's packages belong to Debian's Python, whatever else is first on the path.
const python = '/usr/bin/python3'
const packages = ['python3-fastapi', 'uvicorn', 'python3-jose']

/** Why the resource server in Python cannot run here; null when it can. */
export function whyNoPython(): string | null {
  const { status, stderr, error } = spawnSync(python, ['-c', 'import fastapi, uvicorn, jose'], { encoding: 'utf8' })
  if (status === 0) return null
  const missing = error ? `${python} is missing` : (stderr.trim().split('\n').at(-1) ?? 'unknown')
  return `Python with FastAPI (${missing}; Debian: apt-get install ${packages.join(' ')})`
}

/** Installs what is missing where that is possible; `whyNoPython` says what is missing then. */
export function installPython(): void {
  const obstacle = whyNoPython() === null ? null : installPackages(packages)
  if (obstacle !== null) console.log(`The resource server in Python stays out: ${obstacle}.`)
}

/** The resource server in Python, which believes access tokens of `issuer`. The issuer may start later. */
export function startPythonApi(port: number, issuer: string): Promise<{ stop(): Promise<void> }> {
  const words = ['--app-dir', import.meta.dirname, '--port', String(port), '--log-level', 'warning', 'main:app']
  return startApiProgram(port, issuer, python, ['-m', 'uvicorn', ...words])
}
