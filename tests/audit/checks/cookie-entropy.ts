import { check, observe } from '../check.ts'
import type { AuditContext } from '../context.ts'

const together = 3

export default check({
  id: 'cookie-entropy',
  area: 'cookies',
  title: 'Tickets cannot be guessed: session ids and form bindings carry 128 random bits',
  rules: ['ASVS 7.2.3', 'ASVS 11.5.1', 'NIST SP 800-63B-4, 5.1'],
  async *run(context) {
    const { tickets } = context.thoroughness
    const ids = await collectSessionIds(context, tickets)
    const bindings = await collectBindings(context, tickets)
    for (const [what, values] of [
      ['session ids of tickets', ids],
      ['pre-session bindings', bindings],
    ] as const) {
      const unique = new Set(values).size
      const bytes = values.map((value) => Buffer.from(value, 'base64url'))
      yield observe(`${values.length} ${what}`, unique === values.length, 'all different', `${unique} different`)
      const shortest = Math.min(...bytes.map((each) => each.length)) * 8
      yield observe(`the length of ${what}`, shortest >= 128, 'at least 128 bits', `${shortest} bits`)
      const worst = worstBit(bytes)
      const band = 5 / (2 * Math.sqrt(values.length))
      const figure = `the bit furthest from one half is set in ${(worst * 100).toFixed(1)} %`
      yield observe(
        `the bits of ${what}`,
        Math.abs(worst - 0.5) <= band,
        `within 50 ± ${(band * 100).toFixed(1)} % (five sigma)`,
        figure,
      )
      const estimate = minEntropy(bytes) * (bytes[0]?.length ?? 0)
      yield {
        kind: 'note',
        text: `${values.length} ${what}: ${estimate.toFixed(0)} bits by the most frequent value of each byte. A sample of this size cannot show all 128.`,
      }
    }
  },
})

async function collectSessionIds(context: AuditContext, count: number): Promise<string[]> {
  const { person } = await context.people.newcomer()
  const { email, password } = person
  const ids: string[] = []
  const one = async () => {
    const client = context.people.nobody('user')
    const csrf = await client.csrf()
    while (ids.length < count) {
      const headers = { 'x-csrf-token': csrf, 'content-type': 'application/json' }
      const answer = await client.request('POST', '/bff/login', {
        drop: true,
        headers,
        body: JSON.stringify({ email, password }),
      })
      const ticket = /^__Host-Http-cloakroom=([^;]+)/.exec(
        answer.setCookies.find((line) => line.startsWith('__Host-Http-cloakroom=')) ?? '',
      )?.[1]
      if (!ticket) throw new Error(`signing in failed with ${answer.status}`)
      ids.push(ticket.split('.')[1] ?? '')
    }
  }
  await Promise.all(Array.from({ length: together }, one))
  return ids
}

async function collectBindings(context: AuditContext, count: number): Promise<string[]> {
  const found: string[] = []
  while (found.length < count) {
    const answers = await Promise.all(Array.from({ length: 8 }, () => context.people.nobody().get('/bff/csrf')))
    for (const { setCookies } of answers) found.push(/-pre=([^;]+)/.exec(setCookies.join('\n'))?.[1] ?? '')
  }
  return found
}

/** How often the bit is set that is furthest from being set half of the time. */
function worstBit(samples: readonly Buffer[]): number {
  const length = Math.min(...samples.map((each) => each.length))
  let worst = 0.5
  for (let bit = 0; bit < length * 8; bit++) {
    const set = samples.filter((each) => ((each[bit >> 3] ?? 0) >> (bit & 7)) & 1).length / samples.length
    if (Math.abs(set - 0.5) > Math.abs(worst - 0.5)) worst = set
  }
  return worst
}

/** Bits per byte by the most frequent value at each place (NIST SP 800-90B, 6.3.1), averaged. */
function minEntropy(samples: readonly Buffer[]): number {
  const length = Math.min(...samples.map((each) => each.length))
  let sum = 0
  for (let place = 0; place < length; place++) {
    const counts = new Map<number, number>()
    for (const each of samples) counts.set(each[place] ?? 0, (counts.get(each[place] ?? 0) ?? 0) + 1)
    sum -= Math.log2(Math.max(...counts.values()) / samples.length)
  }
  return length === 0 ? 0 : sum / length
}
