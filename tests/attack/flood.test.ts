import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Answer } from '../support/answer.ts'
import { Client } from '../support/browser-client.ts'
import { startServer, type TestServer } from '../support/server.ts'

const floodSize = 200

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

function peakMemoryMiB(): number {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1_024
}

test('a flood of sign-ins keeps memory bounded and public pages answering; past the queue it is 503', async () => {
  const attacker = new Client(server)
  const csrf = await attacker.csrf()
  const before = peakMemoryMiB()
  let isOver = false
  const flood = Promise.all(
    Array.from({ length: floodSize }, (_, index) =>
      // fetch opens as many connections as it has requests; the client of the other tests queues them.
      fetch(`${server.origin}/bff/login`, {
        method: 'POST',
        body: JSON.stringify({ email: `nobody${index}@example.com`, password: 'not anybody’s password' }),
        headers: { 'content-type': 'application/json', 'x-csrf-token': csrf, cookie: attacker.jar.header() ?? '' },
      }),
    ),
  ).finally(() => {
    isOver = true
  })
  const pages: Answer[] = []
  const visitor = new Client(server)
  while (!isOver) pages.push(await visitor.get('/'))
  const answers = await flood

  const refused = answers.filter((answer) => answer.status === 503)
  expect([...new Set(answers.map((answer) => answer.status))].toSorted()).toEqual([401, 503])
  for (const answer of refused) {
    expect(await answer.json()).toMatchObject({ code: 'busy' })
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(answer.headers.getSetCookie()).toEqual([])
  }
  expect(pages.length).toBeGreaterThan(1)
  expect(pages.map((page) => page.status)).toEqual(pages.map(() => 200))
  // Three hashes at a time are 57 MiB; the waiting ones hold no more than their request.
  expect(peakMemoryMiB() - before).toBeLessThan(160)
})

test('after the flood the next sign-in is looked at again', async () => {
  const answer = await new Client(server).json('POST', '/bff/login', {
    email: 'a@example.com',
    password: 'whatever it was',
  })
  expect(answer.status).toBe(401)
})
