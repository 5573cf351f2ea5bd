import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { WebRequest } from './web-request.ts'

// A load by autocannon, in a process of its own: `run-autocannon.ts <its package.json> <plan> <port> <connections> <seconds> <from>`.

const [, , home = '', plan = '', port = '', connections = '1', seconds = '1', from = '0'] = process.argv
const requests = JSON.parse(readFileSync(plan, 'utf8')) as WebRequest[]
const autocannon = createRequire(home)('autocannon')

let client = 0
const share = Math.max(1, Math.floor(requests.length / Number(connections)))
const result = await autocannon({
  url: `http://localhost:${port}`,
  connections: Number(connections),
  duration: Number(seconds),
  setupClient(it: { setRequests: (own: WebRequest[]) => void }) {
    // Each connection goes around in a stretch of its own, so that no two send the same at once.
    const begin = (Number(from) + client++ * share) % requests.length
    it.setRequests([
      ...requests.slice(begin, begin + share),
      ...requests.slice(0, Math.max(0, begin + share - requests.length)),
    ])
  },
})
const { total } = result.requests
console.log(
  JSON.stringify({
    requests: total,
    micros: result.duration * 1e6,
    bytes: result.throughput.total,
    refused: result.non2xx,
    broken: result.errors + result.timeouts,
    p50: result.latency.p50 * 1e3,
    p99: result.latency.p99 * 1e3,
  }),
)
