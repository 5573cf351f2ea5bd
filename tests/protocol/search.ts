import type { Bounds } from './bounds.ts'
import { createModel, type Findings, type Model, Violation } from './model.ts'
import type { Protocol } from './protocol.ts'
import { packWorld, unpackWorld, type World, wordsPerState } from './world.ts'

export type Exploration = {
  readonly bounds: Bounds
  readonly states: number
  readonly steps: number
  readonly seconds: number
  readonly findings: Findings
  /** The states at which both sides hold the newest generation although both went on: how far shadowing leads. */
  readonly shadow: { readonly states: number; readonly timeline: readonly string[] } | null
  /** Null when every invariant holds everywhere. */
  readonly counterExample: { readonly broken: string; readonly timeline: readonly string[] } | null
}

/** Every state that was met, each once, compared word by word: no hash stands for a state. */
class States {
  count = 0
  pool = new Int32Array(1024 * wordsPerState)
  parents = new Int32Array(1024)
  #table = new Int32Array(2048).fill(-1)

  /** Adds a state unless it is known. Its number is its place in the order of discovery. */
  add(words: Int32Array, parent: number): boolean {
    if (this.count * 2 >= this.#table.length) this.#grow()
    const slot = this.#slotOf(words, 0)
    if (this.#table[slot] !== -1) return false
    this.pool.set(words, this.count * wordsPerState)
    this.parents[this.count] = parent
    this.#table[slot] = this.count++
    return true
  }

  #slotOf(words: Int32Array, offset: number): number {
    const mask = this.#table.length - 1
    let hash = 0x9e3779b9
    for (let index = 0; index < wordsPerState; index++) {
      hash = Math.imul(hash ^ (words[offset + index] as number), 0x85ebca6b)
      hash ^= hash >>> 13
    }
    let slot = Math.imul(hash ^ (hash >>> 16), 0xc2b2ae35) & mask
    for (let known = this.#table[slot] as number; known !== -1; known = this.#table[slot] as number) {
      if (this.#isSame(words, offset, known * wordsPerState)) return slot
      slot = (slot + 1) & mask
    }
    return slot
  }

  #isSame(words: Int32Array, offset: number, place: number): boolean {
    for (let index = 0; index < wordsPerState; index++) {
      if (words[offset + index] !== this.pool[place + index]) return false
    }
    return true
  }

  #grow(): void {
    const capacity = this.#table.length
    const pool = new Int32Array(capacity * wordsPerState)
    pool.set(this.pool)
    const parents = new Int32Array(capacity)
    parents.set(this.parents)
    this.parents = parents
    this.#table = new Int32Array(capacity * 2).fill(-1)
    this.pool = pool
    for (let state = 0; state < this.count; state++) this.#table[this.#slotOf(pool, state * wordsPerState)] = state
  }
}

/** Breadth first over everything within the bounds: a counter-example is as short as any. */
export function explore(protocol: Protocol, bounds: Bounds): Exploration {
  const startedAt = performance.now()
  const findings: Findings = { longestOverlap: 0 }
  const model = createModel(protocol, bounds, findings)
  const states = new States()
  const scratch = new Int32Array(wordsPerState)
  const shadow = { states: 0, first: -1 }
  let steps = 0
  let current = -1
  const meet = (world: World) => {
    steps++
    packWorld(world, scratch)
    if (states.add(scratch, current) && isShadowed(world, bounds)) {
      shadow.states++
      if (shadow.first === -1) shadow.first = states.count - 1
    }
  }
  let counterExample: Exploration['counterExample'] = null
  try {
    for (const skew of bounds.skews) meet(model.start(skew))
    for (current = 0; current < states.count; current++)
      model.expand(unpackWorld(states.pool, current * wordsPerState), meet)
  } catch (fault) {
    if (!(fault instanceof Violation)) throw fault
    counterExample = { broken: fault.message, timeline: timelineTo(model, states, current, fault.message) }
  }
  return {
    bounds,
    states: states.count,
    steps,
    seconds: (performance.now() - startedAt) / 1_000,
    findings,
    shadow: shadow.first === -1 ? null : { states: shadow.states, timeline: timelineTo(model, states, shadow.first) },
    counterExample,
  }
}

/** Owner and thief both hold the newest generation there is within the bounds, and the session lives. */
function isShadowed({ row, jar, thiefHolds, hasThiefPresented }: World, { rotations }: Bounds): boolean {
  return (
    hasThiefPresented &&
    jar === rotations &&
    row.generation === rotations &&
    row.revokedReason === null &&
    ((thiefHolds >> rotations) & 1) === 1
  )
}

/** The way from the start to a state, a line for each step; with `broken`, on to the step that broke the invariant. */
function timelineTo(model: Model, states: States, state: number, broken?: string): string[] {
  const path: number[] = []
  for (let at = state; at >= 0; at = states.parents[at] as number) path.unshift(at)
  const worldOf = (at: number) => unpackWorld(states.pool, at * wordsPerState)
  const skew = worldOf(path[0] as number).skew
  const lines = [`the owner signs in${skew === 0 ? '' : `; the clock of node B differs by ${skew}`}`]
  for (let index = 1; index < path.length; index++) {
    lines.push(stepBetween(model, worldOf(path[index - 1] as number), states.pool, path[index] as number))
  }
  if (broken !== undefined) lines.push(`then: ${broken}`)
  let tick = 0
  return lines.map((line, index) => {
    if (line.startsWith('a tick passes')) tick++
    return `${String(index).padStart(3)}  t=${String(tick).padEnd(3)} ${line}`
  })
}

function stepBetween(model: Model, from: World, pool: Int32Array, to: number): string {
  const scratch = new Int32Array(wordsPerState)
  let text = '?'
  model.expand(from, (next, what) => {
    packWorld(next, scratch)
    if (text === '?' && scratch.every((word, index) => word === pool[to * wordsPerState + index])) text = what()
  })
  return text
}
