import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

// A profile of V8 names functions by file and line. Where the time goes is a question about modules: of ours by folder,
// of others by package, of Node by what it is for.

type CallFrame = { functionName: string; url: string; lineNumber: number }
type Profile = {
  nodes: { id: number; callFrame: CallFrame; children?: number[] }[]
  samples: number[]
  timeDeltas: number[]
}

export type Share = { module: string; share: number }
/** Shares of the busy time, largest first; `idle` is the share of the whole time that the process waited. */
export type Digest = { modules: Share[]; functions: Share[]; idle: number }

/**
 * Reads the profile in a folder and adds up its own time by module and by function, without the first seconds, in which
 * modules are loaded and compiled. `build` is the server bundle.
 */
export function digestProfile(folder: string, build: string, skipSeconds: number): Digest {
  const file = readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
    .sort((a, b) => b.text.length - a.text.length)[0]
  if (!file) throw new Error(`no profile in ${folder}`)
  const profile = JSON.parse(file.text) as Profile
  const moduleOf = createModuleFinder(build)
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]))
  const byModule = new Map<string, number>()
  const byFunction = new Map<string, number>()
  let [busy, idle, passed] = [0, 0, 0]
  for (const [index, id] of profile.samples.entries()) {
    const frame = frames.get(id)
    const micros = Math.max(profile.timeDeltas[index] ?? 0, 0)
    passed += micros
    if (passed < skipSeconds * 1e6) continue
    if (!frame || frame.functionName === '(idle)') {
      idle += micros
      continue
    }
    busy += micros
    const module = moduleOf(frame)
    add(byModule, module, micros)
    add(byFunction, `${frame.functionName || '(anonymous)'} in ${module}`, micros)
  }
  return { modules: top(byModule, busy, 16), functions: top(byFunction, busy, 12), idle: idle / (idle + busy) }
}

const add = (sums: Map<string, number>, key: string, value: number) => sums.set(key, (sums.get(key) ?? 0) + value)

function top(sums: Map<string, number>, whole: number, count: number): Share[] {
  return [...sums]
    .map(([module, micros]) => ({ module, share: micros / whole }))
    .sort((a, b) => b.share - a.share)
    .slice(0, count)
}

/** The compiler leaves the path of each source as a comment before it: the last one above a line is its source. */
function createModuleFinder(build: string): (frame: CallFrame) => string {
  const marks: { line: number; path: string }[] = []
  for (const [line, text] of readFileSync(build, 'utf8').split('\n').entries()) {
    const path = /^\s*\/\/ (\S*(?:app|db|node_modules)\/\S+\.\w+|server-[\w-]+:\S+)$/.exec(text)?.[1]
    if (path) marks.push({ line, path })
  }
  const sourceAt = (line: number) => marks.findLast((mark) => mark.line <= line)?.path ?? 'the build'
  return ({ url, lineNumber, functionName }) => {
    if (url.startsWith('node:')) return nodeModule(url)
    if (url === '') return functionName === '(garbage collector)' ? 'garbage collection' : `V8 and native code`
    const path = decodeURIComponent(url.replace(/\?.*$/, ''))
    return nameOf(path.endsWith('/build/index.js') ? sourceAt(lineNumber) : path)
  }
}

/** A package by its name, our own by layer and file. */
function nameOf(path: string): string {
  const inside = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]
  if (inside !== undefined) return inside
  return /(?:^|\/)((?:app|db)\/.*)$/.exec(path)?.[1] ?? path.split('/').at(-1) ?? path
}

function nodeModule(url: string): string {
  const [, name = ''] = /^node:(?:internal\/)?(.*)$/.exec(url) ?? []
  if (/http|_http|net$|stream_base|tls/.test(name)) return 'node: http'
  if (/webstreams|streams\/|^stream/.test(name)) return 'node: streams'
  if (/undici|fetch|deps/.test(name)) return 'node: fetch (Request, Response, Headers)'
  if (/crypto/.test(name)) return 'node: crypto'
  if (/async|promise|timers|process/.test(name)) return 'node: tasks and timers'
  if (/url/.test(name)) return 'node: url'
  return `node: other`
}
