import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { Client } from '../support/browser-client.ts'
import { newPerson, signUp } from '../support/fixtures.ts'
import { startServer } from '../support/server.ts'

// npm run bench:enumeration: does the time of an answer tell whether an address has an account? Samples of both kinds
// alternate in random order against the built server; the distributions are printed side by side. `--what` names the
// question: `sign-in` (refused), `register` (where addresses are confirmed first) or `forgot`.

const { values } = parseArgs({
  options: { samples: { type: 'string', default: '300' }, what: { type: 'string', default: 'sign-in' } },
})
const samples = Number(values.samples)

type Question = { title: string; env?: Record<string, string>; ask: (visitor: Client, email: string) => Promise<void> }

const questions: Record<string, Question> = {
  'sign-in': {
    title: 'a refused sign-in',
    ask: (visitor, email) => askJson(visitor, '/bff/login', { email, password: 'not the password at all' }, 401),
  },
  register: {
    title: 'registering',
    env: { REGISTRATION: 'verify-email' },
    ask: (visitor, email) => askJson(visitor, '/bff/register', { ...newPerson(), email }, 202),
  },
  forgot: {
    title: 'asking for a new password',
    ask: async (visitor, email) => {
      const answer = await visitor.post('/forgot', { csrf, email })
      if (answer.status !== 302) throw new Error(`unexpected ${answer.status}`)
    },
  },
}
const question = questions[values.what]
if (!question) throw new Error(`--what is one of ${Object.keys(questions).join(', ')}`)

const server = await startServer()
const known = Array.from({ length: samples }, () => newPerson())
const registrant = new Client(server)
for (const person of known) {
  await registrant.json('POST', '/bff/register', person)
  await registrant.json('POST', '/bff/logout')
}
await signUp(new Client(server))
await server.restart(question.env)

const visitor = new Client(server)
const csrf = await visitor.csrf()

async function askJson(client: Client, path: string, body: unknown, status: number): Promise<void> {
  const headers = { 'content-type': 'application/json', 'x-csrf-token': csrf }
  const answer = await client.request('POST', path, { body: JSON.stringify(body), headers })
  if (answer.status !== status) throw new Error(`unexpected ${answer.status}`)
}

async function timeOf(email: string): Promise<number> {
  const start = performance.now()
  await question?.ask(visitor, email)
  return performance.now() - start
}

for (let warmUp = 0; warmUp < 20; warmUp++) await timeOf(newPerson().email)
const times: Record<'account' | 'none', number[]> = { account: [], none: [] }
for (const person of known) {
  const pair = [
    ['account', person.email],
    ['none', newPerson().email],
  ] as ['account' | 'none', string][]
  if (Math.random() < 0.5) pair.reverse()
  for (const [kind, email] of pair) times[kind].push(await timeOf(email))
}
await server.stop()

const quantile = (sorted: number[], part: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN
const sorted = { account: times.account.toSorted((a, b) => a - b), none: times.none.toSorted((a, b) => a - b) }
console.log(`Time of ${question.title} in ms, ${samples} of each kind, interleaved`)
console.log('  quantile   with account   without')
for (const part of [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99]) {
  console.log(
    `  ${String(part).padEnd(9)} ${quantile(sorted.account, part).toFixed(2).padStart(13)} ${quantile(sorted.none, part).toFixed(2).padStart(9)}`,
  )
}
histogram()
console.log(
  `  chance that an answer with an account took longer than one without: ${superiority().toFixed(3)} (0.5: no difference)`,
)
console.log(
  `  within ±${(1.96 * Math.sqrt((2 * samples + 1) / (12 * samples * samples))).toFixed(3)} of 0.5 is what chance alone gives in 95 of 100 runs`,
)

/** Mann-Whitney: over all pairs, how often the first kind was slower. */
function superiority(): number {
  let wins = 0
  for (const a of times.account) for (const b of times.none) wins += a > b ? 1 : a === b ? 0.5 : 0
  return wins / (times.account.length * times.none.length)
}

function histogram(): void {
  const [low, high] = [
    quantile(
      [...sorted.account, ...sorted.none].sort((a, b) => a - b),
      0,
    ),
    quantile(sorted.account, 0.97),
  ]
  const bins = 16
  const count = (list: number[], bin: number) =>
    list.filter((time) => Math.min(bins - 1, Math.floor(((time - low) / (high - low)) * bins)) === bin).length
  const widest = Math.max(
    ...Array.from({ length: bins }, (_, bin) => Math.max(count(times.account, bin), count(times.none, bin))),
  )
  const bar = (list: number[], bin: number) => '#'.repeat(Math.round((count(list, bin) / widest) * 30))
  console.log('\n  from ms    with account                     without')
  for (let bin = 0; bin < bins; bin++) {
    const from = (low + ((high - low) / bins) * bin).toFixed(1)
    console.log(`  ${from.padStart(7)}    ${bar(times.account, bin).padEnd(30)}   ${bar(times.none, bin)}`)
  }
  console.log('')
}
