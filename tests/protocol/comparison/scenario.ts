import { createRandom, type Random } from './random.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
export const sessionDays = 3
export const sessionLength = sessionDays * 24 * hour

export const thieves = ['one shot', 'polling', 'patient', 'shadow'] as const
export type ThiefKind = (typeof thieves)[number]

/** What happens at a moment. `request` numbers the owner's requests. */
export type Happening = {
  readonly at: number
  readonly kind: 'send' | 'arrive' | 'deliver' | 'crash' | 'copy' | 'thief'
  readonly request: number
}
export type Scenario = { readonly happenings: readonly Happening[]; readonly requests: number }

/**
 * Three days of one person and, perhaps, one thief: the same for every strategy, so that they differ by nothing else.
 * Blocks of work, pages of several parallel requests, tabs that wake together, slow and lossy lines, browsers that
 * crash and lose the last half minute of their jar.
 */
export function createScenario(seed: number, thief: ThiefKind | null): Scenario {
  const random = createRandom(seed)
  const happenings: Happening[] = []
  let requests = 0
  const blocks: { from: number; to: number }[] = []
  for (let from = 0; from < sessionLength; ) {
    const to = Math.min(from + Math.max(2 * minute, random.exponential(35 * minute)), sessionLength)
    blocks.push({ from, to })
    from = to + 10 * minute + random.exponential(3 * hour)
  }
  const ask = (at: number, loss: number, sleepsAt: number) => {
    const request = requests++
    happenings.push({ at, kind: 'send', request })
    const arrivesAt = at + latency(random)
    const deliveredAt = arrivesAt + 20 + latency(random)
    const [isLost, isAnswerLost] = [random.chance(loss), random.chance(loss)]
    if (isLost || arrivesAt - at > 25 * second) return
    happenings.push({ at: arrivesAt, kind: 'arrive', request })
    // What is under way when the lid closes or for too long is never seen by the browser.
    if (!isAnswerLost && deliveredAt < sleepsAt && deliveredAt - at < 28 * second)
      happenings.push({ at: deliveredAt, kind: 'deliver', request })
  }
  for (const { from, to } of blocks) visitPages(random, from, to, ask)
  for (const { to } of blocks) if (random.chance(0.02)) happenings.push({ at: to, kind: 'crash', request: -1 })
  // The same person with and without a thief: the thief has a generator of its own.
  if (thief) happenings.push(...theftOf(thief, createRandom(seed + 0x5eed), blocks))
  happenings.sort((one, other) => one.at - other.at)
  return { happenings, requests }
}

function visitPages(
  random: Random,
  from: number,
  to: number,
  ask: (at: number, loss: number, sleepsAt: number) => void,
): void {
  const loss = random.chance(0.1) ? 0.12 : 0.004
  const sleepsAt = random.chance(0.3) ? to : Number.POSITIVE_INFINITY
  const tabs = random.chance(0.4) ? 3 : 1
  let isFirst = true
  for (let at = from; at < to; at += random.exponential(45 * second)) {
    const parallel = (isFirst ? tabs : 1) * (1 + Math.floor(random.exponential(1.5)))
    for (let index = 0; index < Math.min(parallel, 12); index++) ask(at + random.exponential(120), loss, sleepsAt)
    isFirst = false
  }
}

/** Milliseconds one way: mostly tens, now and then seconds. */
function latency(random: Random): number {
  return random.chance(0.01) ? random.between(1, 14) * second : random.logNormal(45, 0.7)
}

function theftOf(kind: ThiefKind, random: Random, blocks: readonly { from: number; to: number }[]): Happening[] {
  const block = blocks[Math.floor(random.next() * Math.min(blocks.length, 8))] as { from: number; to: number }
  const copiedAt = random.between(block.from, block.to)
  const visits: number[] = []
  if (kind === 'one shot') visits.push(copiedAt + 10 * second + random.exponential(30 * minute))
  else if (kind === 'patient')
    for (let at = copiedAt + random.exponential(6 * hour); at < sessionLength; at += random.exponential(6 * hour))
      visits.push(at)
  else {
    const pause = kind === 'polling' ? 30 * second : 5 * minute
    for (let at = copiedAt + second; at < sessionLength; at += pause * random.between(0.9, 1.1)) visits.push(at)
  }
  return [
    { at: copiedAt, kind: 'copy', request: -1 },
    ...visits.filter((at) => at < sessionLength).map((at) => ({ at, kind: 'thief' as const, request: -1 })),
  ]
}
