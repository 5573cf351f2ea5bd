import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSocket } from '../support/raw-socket.ts'
import { startServer, type TestServer } from '../support/server.ts'

/** A head may take ten seconds. Node by itself would notice at the end of one of its half minutes. */
const headLimitMs = 10_000
const widelyMs = 26_000

let server: TestServer
beforeAll(async () => {
  server = await startServer({ standAloneApi: true })
})
afterAll(() => server?.stop())

/** Sends a letter a second and answers after how long the server had enough, and with what. */
function dawdle(port: number): Promise<{ afterMs: number; received: string }> {
  return new Promise((resolve) => {
    const startedAt = performance.now()
    let received = ''
    const socket = openSocket(port, 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')
    const letters = setInterval(() => socket.write('a'), 1_000)
    const limit = setTimeout(() => socket.destroy(), 2 * widelyMs)
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      clearInterval(letters)
      clearTimeout(limit)
      resolve({ afterMs: performance.now() - startedAt, received })
    })
  })
}

describe('a head that comes letter by letter', () => {
  test('ends its connection soon after ten seconds, at the site and at the API alone', async () => {
    const ports = [server.port, Number(new URL(server.apiOrigin ?? '').port)]
    for (const { afterMs, received } of await Promise.all(ports.map(dawdle))) {
      expect(received).toMatch(/^HTTP\/1\.1 408 /)
      expect(afterMs).toBeGreaterThan(headLimitMs - 1_000)
      expect(afterMs).toBeLessThan(widelyMs)
    }
  }, 90_000)
})
