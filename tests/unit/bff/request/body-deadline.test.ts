import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { limitBodyTime } from '../../../../app/bff/request/body-deadline.server.ts'

let server: Server
let port: number
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  server = createServer((request, response) => {
    limitBodyTime(request, response)
    request.on('error', () => {})
    request.resume().on('end', () => response.end('whole'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as { port: number }).port
})
afterEach(() => {
  vi.useRealTimers()
  server.closeAllConnections()
  server.close()
})

/** Sends the head of a form of ten bytes and the first of them. */
async function begin() {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  socket.setEncoding('utf8').on('data', (text) => {
    received += text
  })
  const seen = once(server, 'request')
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0')
  await seen
  return { socket, received: () => received }
}

test('a body that has not arrived after half a minute is answered 408 and its connection closed', async () => {
  const { socket, received } = await begin()
  const closed = once(socket, 'close')
  vi.advanceTimersByTime(29_999)
  expect(socket.closed).toBe(false)
  vi.advanceTimersByTime(1)
  await closed
  expect(received()).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\nConnection: close\r\n\r\n$/)
})

test('a body that arrives in time is read to its end', async () => {
  const { socket, received } = await begin()
  vi.advanceTimersByTime(29_999)
  socket.write('123456789')
  await once(socket, 'data')
  vi.advanceTimersByTime(60_000)
  expect(received()).toMatch(/^HTTP\/1\.1 200 OK/)
  expect(socket.closed).toBe(false)
  socket.destroy()
})
