import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Runs a resource server that is told its issuer, audience and port, and waits until it is healthy. */
export async function startApiProgram(
  port: number,
  issuer: string,
  program: string,
  words: string[],
): Promise<{ stop(): Promise<void> }> {
  const env = {
    PATH: process.env.PATH ?? '',
    ISSUER: issuer,
    AUDIENCE: 'cloakroom-api',
    PORT: String(port),
    PYTHONDONTWRITEBYTECODE: '1',
    NODE_ENV: 'production' as const,
  }
  const child = spawn(program, words, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  const exited = once(child, 'close')
  let output = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output += text
  })
  const end = performance.now() + 30_000
  while (!(await isHealthy(port))) {
    if (child.exitCode !== null || performance.now() > end) {
      child.kill('SIGKILL')
      throw new Error(`the API elsewhere does not run:\n${output}`)
    }
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
