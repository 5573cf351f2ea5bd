import type { AuditClient } from '../audit-client.ts'
import { check, observe } from '../check.ts'
import type { AuditContext } from '../context.ts'

const sites = [undefined, 'same-origin', 'none', 'same-site', 'cross-site', 'nonsense']
const methods = ['POST', 'PUT', 'PATCH', 'DELETE']
type Case = { site: string | undefined; origin: string | undefined; value: string; method: string; type: string }

const bodies: Record<string, (fields: Record<string, string>) => { type: string; body: string }> = {
  form: (fields) => ({ type: 'application/x-www-form-urlencoded', body: new URLSearchParams(fields).toString() }),
  json: (fields) => ({ type: 'application/json', body: JSON.stringify(fields) }),
  'plain text': (fields) => ({ type: 'text/plain', body: JSON.stringify(fields) }),
}

export default check({
  id: 'csrf-matrix',
  area: 'csrf',
  title: 'A change is made only from our own origin and with the value of the own session',
  rules: ['ASVS 3.5.1', 'ASVS 3.5.2', 'RFC 10017, 6.1', 'Fetch Metadata'],
  async *run(context) {
    const { client } = await context.people.newcomer()
    const values = await valuesFor(context, client)
    const tally = new Map<string, { all: number; let: number }>()
    for (const each of cases(context)) {
      const { status, answer } = await send(client, each, values[each.value])
      const expected = expectedStatus(each, context.origin)
      const observed = status < 400 ? 'accepted' : String(status)
      const key = `${each.origin ?? '(none)'} | ${each.site ?? '(none)'} | ${each.value}`
      const row = tally.get(key) ?? { all: 0, let: 0 }
      tally.set(key, { all: row.all + 1, let: row.let + (status < 400 ? 1 : 0) })
      const subject = `${each.method} as ${each.type}, Origin ${each.origin ?? 'none'}, Sec-Fetch-Site ${each.site ?? 'none'}, value ${each.value}`
      yield observe(subject, expected.includes(observed), expected.join(' or '), observed, answer)
    }
    yield {
      kind: 'table',
      title: 'Origin, Sec-Fetch-Site and value: how many of the requests changed something',
      head: ['Origin', 'Sec-Fetch-Site', 'value', 'requests', 'accepted'],
      rows: [...tally].map(([key, row]) => [...key.split(' | '), String(row.all), String(row.let)]),
    }
  },
})

function cases(context: AuditContext): Case[] {
  const port = Number(new URL(context.origin).port || 443)
  const origins = [
    ...[undefined, context.origin, 'null', 'https://evil.example', `${context.origin}.evil.example`],
    ...[`http://localhost:${port + 1}`, `http://127.0.0.1:${port}`, `${context.origin}, https://evil.example`],
  ]
  const home = { site: 'same-origin', origin: context.origin, method: 'POST', type: 'form' }
  const heads = sites.flatMap((site) => origins.map((origin) => ({ ...home, site, origin, value: 'own' })))
  const fromHome = ['none', 'empty', 'of another session', 'of a visitor', 'altered'].flatMap((value) => [
    { ...home, value },
    { ...home, site: undefined, origin: undefined, value },
    { ...home, type: 'json', value },
  ])
  const kinds = Object.keys(bodies).flatMap((type) =>
    methods.map((method) => ({ ...home, value: 'own', type, method })),
  )
  const foreign = Object.keys(bodies).flatMap((type) =>
    methods.map((method) => ({ site: 'cross-site', origin: 'https://evil.example', value: 'own', type, method })),
  )
  return [...heads, ...fromHome, ...kinds, ...foreign]
}

function expectedStatus({ site, origin, value, method, type }: Case, own: string): string[] {
  const isFromHome =
    (site === undefined || site === 'same-origin' || site === 'none') && (origin === undefined || origin === own)
  if (!isFromHome) return ['403', '405']
  if (method !== 'POST') return ['405']
  if (type === 'plain text') return ['415']
  return value === 'own' ? ['accepted'] : ['403']
}

/** Everything an attacker could put into a form, and the right value. */
async function valuesFor(context: AuditContext, client: AuditClient): Promise<Record<string, string | undefined>> {
  const own = await client.csrf()
  return {
    own,
    none: undefined,
    empty: '',
    'of another session': await (await context.people.newcomer()).client.csrf(),
    'of a visitor': await context.people.nobody().csrf(),
    altered: `${own.slice(0, -2)}${own.at(-2) === 'A' ? 'B' : 'A'}${own.at(-1)}`,
  }
}

/** `/bff/refresh` changes nothing that later cases depend on, takes forms and JSON, and answers plainly. */
async function send(client: AuditClient, { site, origin, method, type }: Case, value: string | undefined) {
  const { type: contentType, body } = bodies[type]?.(value === undefined ? {} : { csrf: value }) ?? {
    type: '',
    body: '',
  }
  const headers = {
    accept: 'application/json',
    'content-type': contentType,
    ...(site === undefined ? {} : { 'sec-fetch-site': site }),
    ...(origin === undefined ? {} : { origin }),
  }
  const answer = await client.request(method, '/bff/refresh', { headers, body, drop: true })
  return { status: answer.status, answer }
}
