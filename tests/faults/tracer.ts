import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import type { Stage } from './fault.ts'
import type { ServerNode } from './node.ts'
import { NotHere } from './not-here.ts'

/**
 * Lets strace tamper with the system calls of a running server: `inject=pwrite64:error=EIO` and the like. Returns the
 * function that ends it (by force: waiting for a polite end, it was seen to hang). An ordinary user may do so where `kernel.yama.ptrace_scope` is 0.
 */
export async function traceNode(stage: Stage, node: ServerNode, injection: string): Promise<() => Promise<void>> {
  const tracer = ['/usr/bin/strace', '/usr/local/bin/strace'].find((path) => existsSync(path))
  if (tracer === undefined) throw new NotHere('strace is not installed (Debian: apt-get install strace)')
  const calls = /inject=([^:]+)/.exec(injection)?.[1] ?? ''
  const tracing = spawn(tracer, ['-f', '-p', String(node.pid), '-e', `trace=${calls}`, '-e', injection], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const closed = once(tracing, 'close')
  stage.atEnd(() => void tracing.kill('SIGKILL'))
  let said = ''
  const attached = new Promise<void>((resolve) => {
    tracing.stderr.setEncoding('utf8').on('data', (text) => {
      // What is said later is each call, and of no interest.
      if (said.length < 10_000) said += text
      if (said.includes('attached')) resolve()
    })
  })
  const failed = closed.then(() => Promise.reject(new NotHere(`strace could not attach: ${said.slice(0, 300)}`)))
  failed.catch(() => {})
  await Promise.race([attached, failed])
  return async () => {
    tracing.kill('SIGKILL')
    await closed
  }
}
