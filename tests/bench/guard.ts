import { parseArgs } from 'node:util'
import { admit, requireCsrfToken } from '../../app/bff/guard/admission.server.ts'
import { configureBff } from '../../app/bff/index.server.ts'
import { csrfField } from '../../app/bff/request/csrf.server.ts'
import { examineHead } from '../../app/bff/request/gate.server.ts'
import {
  commitHeaders,
  createRequestContext,
  type RequestHead,
  runInRequestContext,
} from '../../app/bff/request/request-context.server.ts'
import { parseNetworks, readForm } from '../../app/http/index.server.ts'
import { deriveKeyRing, loadUpstreams } from '../../app/kernel/index.server.ts'
import { ada, openTestIssuer, testSettings, visitor } from '../support/issuer.ts'

// npm run bench:guard: what the defences cost beyond reading the session, in processor time of this process, without a
// network. Rounds alternate, so that a drift of the machine's speed meets every row alike.

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, requests: { type: 'string', default: '3000' } },
})
const [rounds, requests] = [Number(values.rounds), Number(values.requests)]

const { issuer, close } = await openTestIssuer()
const registered = await issuer.register(ada, visitor, null)
if (registered.kind !== 'signed-in') throw new Error('registration failed')
const { refreshToken } = registered.ticket
configureBff({
  origin: testSettings.APP_ORIGIN,
  tokens: issuer,
  recovery: issuer.recovery,
  accounts: issuer.accountService,
  events: { list: async () => ({ items: [], next: null }), countByStep: async () => [] },
  callApi: async () => new Response(null, { status: 404 }),
  apiBaseUrl: 'http://api.internal',
  proxied: { table: loadUpstreams(undefined, '.').table, apiUrl: null, apiAudience: 'api' },
  csrfKeys: deriveKeyRing(testSettings.secrets, 'csrf'),
  stepUpKeys: deriveKeyRing(testSettings.secrets, 'step-up'),
  readMailbox: null,
  trustedProxies: parseNetworks(['10.0.0.0/8']).networks,
  record: () => {},
})
await issuer.present(refreshToken, { prefetch: false, visitor })

const common = {
  host: new URL(testSettings.APP_ORIGIN).host,
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36',
  'x-forwarded-for': '203.0.113.7',
  'sec-fetch-site': 'same-origin',
  cookie: `__Host-Http-cloakroom=${refreshToken}`,
}
const get: RequestHead = { method: 'GET', url: '/dashboard?page=2', headers: common, peer: '10.0.0.1' }
const post: RequestHead = { ...get, method: 'POST', headers: { ...common, origin: testSettings.APP_ORIGIN } }
const sink = { getHeader: () => undefined, setHeader: () => {}, appendHeader: () => {}, removeHeader: () => {} }
const url = testSettings.APP_ORIGIN + get.url

let csrf = ''
const work: Record<string, () => Promise<unknown>> = {
  'reading the session': () => issuer.present(refreshToken, { prefetch: false, visitor }),
  'a Request, as the framework makes it': async () => new Request(url, { headers: common }),
  'GET through the guard': () =>
    through(get, async () => {
      const { given } = await admit('user', {
        request: new Request(url, { headers: common }),
        params: {},
        context: {},
      })
      csrf = given.csrfToken()
    }),
  'a form, read without limits': async () => await formRequest().formData(),
  'POST through the guard': () =>
    through(post, async () => {
      const request = formRequest()
      const admission = await admit('user', { request, params: {}, context: {} })
      requireCsrfToken(admission, 'user', (await readForm(request)).get(csrfField))
    }),
}

async function through(head: RequestHead, inside: () => Promise<void>): Promise<void> {
  const context = createRequestContext(head)
  context.refusal = examineHead(context)
  await runInRequestContext(context, inside)
  commitHeaders(context, sink)
}

function formRequest(): Request {
  const headers = { ...common, 'content-type': 'application/x-www-form-urlencoded' }
  return new Request(url, { method: 'POST', headers, body: `name=A+project&description=some+words&csrf=${csrf}` })
}

async function microseconds(job: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  for (let count = 0; count < requests; count++) await job()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / requests
}

const measured = new Map(Object.keys(work).map((name) => [name, [] as number[]]))
for (const job of Object.values(work)) await microseconds(job)
for (let round = 0; round < rounds; round++) {
  for (const [name, job] of Object.entries(work)) measured.get(name)?.push(await microseconds(job))
}
close()

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
const of = (name: string) => median(measured.get(name) ?? [])
console.log(`Processor time per request in µs, median of ${rounds} rounds of ${requests} (least to most)`)
for (const [name, values] of measured) {
  console.log(
    `  ${name.padEnd(38)} ${of(name).toFixed(1).padStart(7)}  (${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)})`,
  )
}
const request = of('a Request, as the framework makes it')
const session = of('reading the session')
console.log(
  'Added by the defences, beyond reading the session and making the Request (and, for POST, reading the form):',
)
console.log(`  GET  ${(of('GET through the guard') - session - request).toFixed(1)} µs`)
console.log(`  POST ${(of('POST through the guard') - session - of('a form, read without limits')).toFixed(1)} µs`)
