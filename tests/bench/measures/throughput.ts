import { type Figures, note, shuffled } from '../engine/figures.ts'
import type { Drive, Generator, Load, Plan } from '../engine/generator.ts'
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

/** Every scenario at every number of connections, in rounds, each in an order of its own. */
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
  for (let round = 0; round < rounds; round++) {
    for (const { scenario, plan, count } of shuffled(cells)) {
      const how = { connections: count, seconds: secondsAt(count) }
      note(figures, `${scenario.id}/${count}`, await measureLoad(generator, scenario.program, plan, how))
    }
  }
}

/** One load with what it cost the server. Throws when an answer was an error. */
export async function measureLoad(generator: Generator, program: ServerProgram, plan: Plan, how: Drive) {
  const before = program.usage().cpuSeconds
  const load: Load = await generator.drive(plan, how)
  if (load.failed > 0) throw new Error(`${load.failed} of ${load.requests} requests of ${plan.file} failed`)
  const { perSecond, medianMs, p99Ms, bytesEach, requests } = load
  const cpuMicros = ((program.usage().cpuSeconds - before) / requests) * 1e6
  return { perSecond, medianMs, p99Ms, bytesEach, cpuMicros, requests }
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
