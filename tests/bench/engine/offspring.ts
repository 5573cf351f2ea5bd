import type { ChildProcess } from 'node:child_process'

const running = new Set<ChildProcess>()

/** A program that ends with this one at the latest, however that comes about. */
export function endWithUs<T extends ChildProcess>(child: T): T {
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))
