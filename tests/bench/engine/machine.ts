import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

const hasTaskset = availableParallelism() > 1 && canPin()

/** Where servers run and where the generator does, as `taskset` takes it; null where they cannot be kept apart. */
export const serverCores = hasTaskset ? '0' : null
const last = availableParallelism() - 1
export const generatorCores = hasTaskset ? (last === 1 ? '1' : `1-${last}`) : null

function canPin(): boolean {
  try {
    execFileSync('taskset', ['-c', '0', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A command that keeps to these processors; as it is for null. */
export function pinned(command: readonly string[], cores: string | null): string[] {
  return cores === null ? [...command] : ['taskset', '-c', cores, ...command]
}

/** The clock tick of /proc on every Linux that Node runs on. */
const ticksPerSecond = 100

/** Processor time in seconds and resident memory in bytes of a process and all below it. */
export function usageOf(pid: number): { cpuSeconds: number; residentBytes: number } {
  const own = usageOfOne(pid)
  for (const child of childrenOf(pid)) {
    const { cpuSeconds, residentBytes } = usageOf(child)
    own.cpuSeconds += cpuSeconds
    own.residentBytes += residentBytes
  }
  return own
}

function usageOfOne(pid: number): { cpuSeconds: number; residentBytes: number } {
  const text = readIfPresent(`/proc/${pid}/stat`).replace(/^.*\) /s, '')
  const fields = text.split(' ')
  const resident = /^VmRSS:\s+(\d+) kB/m.exec(readIfPresent(`/proc/${pid}/status`))?.[1]
  return {
    cpuSeconds: (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond,
    residentBytes: Number(resident ?? 0) * 1_024,
  }
}

export function childrenOf(pid: number): number[] {
  const tasks = existsSync(`/proc/${pid}/task`) ? readdirSync(`/proc/${pid}/task`) : []
  return tasks.flatMap((task) =>
    readIfPresent(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
  )
}

function readIfPresent(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** Seconds of processor time that this machine has spent on everything, since it started. */
export function busySeconds(): number {
  const [first = ''] = readIfPresent('/proc/stat').split('\n')
  const [user = 0, nice = 0, system = 0, , , irq = 0, soft = 0] = first.split(/\s+/).slice(1).map(Number)
  return (user + nice + system + irq + soft) / ticksPerSecond
}

export type Machine = {
  processor: string
  cores: number
  memoryGiB: number
  system: string
  node: string
  /** How servers and generator are kept apart. */
  pinning: string
}

export function describeMachine(): Machine {
  const [first] = cpus()
  return {
    processor: first?.model.trim() || 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    node: process.version,
    pinning: hasTaskset
      ? `servers on core ${serverCores}, the generator on ${generatorCores} (taskset); rows that say so use all cores`
      : 'none: servers and generator share the cores',
  }
}

/** The load average of the last minute. */
export const loadNow = () => Math.round((loadavg()[0] ?? 0) * 100) / 100
