import { createScenario, sessionDays, type ThiefKind, thieves } from './scenario.ts'
import { simulate } from './simulate.ts'
import { type Strategy, strategies } from './strategies.ts'

export type ThiefResult = {
  readonly kind: ThiefKind
  /** Milliseconds; Infinity: until the session ended by itself. */
  readonly median: number
  readonly p99: number
  readonly detected: number
  /** Every theft's time, ascending. */
  readonly times: readonly number[]
}
export type Result = {
  readonly strategy: Strategy
  readonly falseSignOuts: number
  readonly perMillionDays: number
  readonly writesPerHour: number
  readonly thieves: readonly ThiefResult[]
}

/** Every strategy over the same people, lines and thieves. */
export function compare(seed: number, sessions: number, thefts: number): Result[] {
  const tallies = strategies.map(() => ({ signOuts: 0, writes: 0 }))
  for (let index = 0; index < sessions; index++) {
    const scenario = createScenario(seed * 1_000_003 + index, null)
    strategies.forEach((strategy, place) => {
      const run = simulate(strategy, scenario)
      const tally = tallies[place] as { signOuts: number; writes: number }
      tally.signOuts += run.signOuts
      tally.writes += run.writes
    })
  }
  const stolen = thieves.map((kind, place) => stealFrom(kind, seed * 7_000_003 + place * 100_003, thefts))
  return strategies.map((strategy, place) => {
    const { signOuts, writes } = tallies[place] as { signOuts: number; writes: number }
    return {
      strategy,
      falseSignOuts: signOuts,
      perMillionDays: (signOuts / (sessions * sessionDays)) * 1_000_000,
      writesPerHour: writes / (sessions * sessionDays * 24),
      thieves: stolen.map((each) => each[place] as ThiefResult),
    }
  })
}

function stealFrom(kind: ThiefKind, seed: number, thefts: number): ThiefResult[] {
  const times = strategies.map(() => [] as number[])
  const detected = strategies.map(() => 0)
  for (let index = 0; index < thefts; index++) {
    const scenario = createScenario(seed + index, kind)
    strategies.forEach((strategy, place) => {
      const run = simulate(strategy, scenario)
      if (run.isDetected) detected[place] = (detected[place] as number) + 1
      times[place]?.push(run.isNeverCutOff ? Number.POSITIVE_INFINITY : (run.thiefFor ?? 0))
    })
  }
  return times.map((each, place) => {
    each.sort((one, other) => (one === other ? 0 : one - other))
    const quantile = (share: number) => each[Math.min(each.length - 1, Math.floor(share * each.length))] as number
    return {
      kind,
      median: quantile(0.5),
      p99: quantile(0.99),
      detected: (detected[place] as number) / thefts,
      times: each,
    }
  })
}
