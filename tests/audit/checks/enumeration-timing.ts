import { newPerson } from '../../support/fixtures.ts'
import type { AuditClient } from '../audit-client.ts'
import { check, observe } from '../check.ts'
import type { AuditContext } from '../context.ts'
import { distributionPlot } from '../report/plots.ts'

/** An account has five free tries. */
const triesPerAddress = 4
/** So many standard errors from one half that chance alone does it less than once in 100,000 runs. */
const sigmas = 4.5
const warmUps = 8

export default check({
  id: 'enumeration-timing',
  area: 'accounts',
  title: 'The time of an answer does not tell whether an address has an account',
  rules: ['ASVS 6.3.8', 'ASVS 11.2.4'],
  async *run(context) {
    for (const [what, ask] of Object.entries(questions)) {
      const times = await measure(context, ask)
      const chance = superiority(times.account, times.none)
      const [n, m] = [times.account.length, times.none.length]
      const band = sigmas * Math.sqrt((n + m + 1) / (12 * n * m))
      const expected = `0.5 ± ${band.toFixed(3)} (${sigmas} standard errors, ${n} and ${m} samples, interleaved)`
      const observed = `an answer with an account took longer than one without with probability ${chance.toFixed(3)}`
      yield observe(what, Math.abs(chance - 0.5) <= band, expected, observed)
      yield { kind: 'figure', title: `Time of ${what}, milliseconds`, svg: distributionPlot(times), text: observed }
    }
  },
})

type Visitor = { client: AuditClient; csrf: string }
type Ask = (visitor: Visitor, email: string) => Promise<unknown>

const questions: Record<string, Ask> = {
  'a refused sign-in': ({ client, csrf }, email) =>
    client.post('/bff/login', { csrf, email, password: 'not the password of anybody' }),
  'asking for a new password': ({ client, csrf }, email) => client.post('/forgot', { csrf, email }),
}

async function measure(context: AuditContext, ask: Ask): Promise<{ account: number[]; none: number[] }> {
  const addresses = Math.ceil(context.thoroughness.timings / triesPerAddress)
  const known: string[] = []
  for (let count = 0; count < addresses; count++) known.push((await context.people.newcomer()).person.email)
  const unknown = known.map(() => newPerson().email)
  const client = context.people.nobody('a guesser')
  const visitor = { client, csrf: await client.csrf() }
  for (let count = 0; count < warmUps; count++) await ask(visitor, newPerson().email)
  const times = { account: [] as number[], none: [] as number[] }
  for (let round = 0; round < triesPerAddress; round++) {
    for (let index = 0; index < addresses; index++) {
      const pair: ['account' | 'none', string][] = [
        ['account', known[index] ?? ''],
        ['none', unknown[index] ?? ''],
      ]
      if (Math.random() < 0.5) pair.reverse()
      for (const [kind, email] of pair) {
        const startedAt = performance.now()
        await ask(visitor, email)
        times[kind].push(performance.now() - startedAt)
      }
    }
  }
  return times
}

/** Mann and Whitney: over all pairs, how often the first kind took longer. Outliers count as much as any other. */
export function superiority(one: readonly number[], other: readonly number[]): number {
  let wins = 0
  for (const a of one) for (const b of other) wins += a > b ? 1 : a === b ? 0.5 : 0
  return wins / (one.length * other.length)
}
