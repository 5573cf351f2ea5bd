import { type Figures, note, shuffled } from '../engine/figures.ts'
import type { Drive, Generator, Plan } from '../engine/generator.ts'
import type { ServerProgram } from '../engine/server-program.ts'
import type { WebRequest } from '../engine/web-request.ts'

/** One kind of request to one server, measured beside the others. */
export type Scenario = { id: string; program: ServerProgram; request: WebRequest }

export type Rounds = {
  rounds: number
  /** Numbers of connections that a scenario is asked with; the first is warmed up. */
  connectionsOf: (id: string) => readonly number[]
  secondsAt: (connections: number) => number
}

/**
 * Every scenario at every number of connections, in rounds, each in an order of its own. What a ratio compares is measured
 * within one stretch of a round: the speed of a machine may drift by a third within minutes.
 */
export async function measureThroughput(
  scenarios: readonly Scenario[],
  generator: Generator,
  { rounds, connectionsOf, secondsAt }: Rounds,
  figures: Figures,
): Promise<void> {
  const cells = scenarios.flatMap((scenario) => {
    const plan = generator.prepare(scenario.id, scenario.program.port, [scenario.request])
    return connectionsOf(scenario.id).map((count) => ({ scenario, plan, count }))
  })
  for (const { scenario, plan } of cells.filter(({ scenario, count }) => count === connectionsOf(scenario.id)[0])) {
    await requireOk(scenario)
    // The compiler of hot code is done after some thousand requests of a kind.
    await generator.drive(plan, { connections: 10, seconds: Math.max(1, secondsAt(10)) })
  }
  const stretches = [...Map.groupBy(cells, ({ scenario, count }) => `${familyOf(scenario)}/${count}`).values()]
  for (let round = 0; round < rounds; round++) {
    for (const { scenario, plan, count } of shuffled(stretches).flatMap(shuffled)) {
      const how = { connections: count, seconds: secondsAt(count) }
      note(figures, `${scenario.id}/${count}`, await measureLoad(generator, scenario.program, plan, how))
    }
  }
}

const familyOf = ({ id }: Scenario) => ['page', 'proxy'].find((word) => id.includes(word)) ?? 'json'

/**
 * One load with what it cost the server. Throws when an answer was an error, or when there was none at all; of five hundred
 * one may be late or break, as a busy machine lets happen.
 */
export async function measureLoad(generator: Generator, program: ServerProgram, plan: Plan, how: Drive) {
  // On a machine that is busy with something else a second may pass without one answer.
  for (let tries = 0; tries < 3; tries++) {
    const before = program.usage().cpuSeconds
    const { refused, broken, requests, ...load } = await generator.drive(plan, how)
    if (refused > 0 || broken > requests / 500)
      throw new Error(`${refused} of ${requests} requests of ${plan.file} were refused, ${broken} broke`)
    const cpuMicros = ((program.usage().cpuSeconds - before) / requests) * 1e6
    if (requests > 0) return { ...load, requests, cpuMicros }
  }
  throw new Error(`nothing answers the requests of ${plan.file}`)
}

/** A redirect to the sign-in page would be fast, and worth nothing. */
async function requireOk({ id, program, request }: Scenario): Promise<void> {
  const { method, path, headers, body } = request
  const answer = await fetch(`http://localhost:${program.port}${path}`, {
    ...{ method, headers, redirect: 'manual' },
    ...(body === undefined ? {} : { body }),
  })
  if (answer.status !== 200) throw new Error(`${id} answers ${answer.status}: ${(await answer.text()).slice(0, 300)}`)
}
