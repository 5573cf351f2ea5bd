import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type Caller,
  call,
  newCaller,
  openCall,
  openProxyHouse,
  type ProxyHouse,
  settled,
} from '../support/proxy-house.ts'
import type { RawCall } from '../support/raw-upstream.ts'
import { until } from '../support/until.ts'

let house: ProxyHouse
let ann: Caller
beforeAll(async () => {
  house = await openProxyHouse()
  ann = await newCaller(house.server)
})
afterAll(() => house?.stop())
beforeEach(() => {
  house.raw.calls.length = 0
  house.raw.connections = 0
})

const mebibyte = Buffer.alloc(1_048_576, 'x')
/** Mebibytes: several times what the buffers of all sockets on the way hold (9 here). */
const much = 64

function read(incoming: IncomingMessage): { text: () => string; ended: () => true | null; broken: () => true | null } {
  let [text, isEnded, isBroken] = ['', false, false]
  incoming.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
  })
  incoming.on('end', () => {
    isEnded = true
  })
  incoming.on('close', () => {
    isBroken = !isEnded
  })
  return { text: () => text, ended: () => isEnded || null, broken: () => isBroken || null }
}

describe('B1 streams', () => {
  test('an event arrives before the next one is sent, and the head before the first', async () => {
    let send = (_text: string) => {}
    house.onStream = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      send = (text) => void response.write(text)
    }
    const { outgoing, answer } = openCall(ann, house.server, 'GET', '/bff/upstreams/streams/events')
    outgoing.setHeader('Accept-Encoding', 'gzip')
    outgoing.end()
    const incoming = await answer
    expect(incoming.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'private, no-store',
    })
    expect(incoming.headers).not.toHaveProperty('content-encoding')
    const { text } = read(incoming)
    for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
      send(event)
      await until('the event', () => (text().endsWith(event) ? true : null))
    }
    outgoing.destroy()
  })

  test('a body reaches the service while it is still being sent', async () => {
    let seen = ''
    house.onStream = (request, response) => {
      request.on('data', (chunk) => {
        seen += chunk
      })
      request.on('end', () => response.end('done'))
    }
    const { outgoing, answer } = openCall(ann, house.server, 'POST', '/bff/upstreams/streams/up')
    outgoing.write('first')
    await until('the first part', () => (seen === 'first' ? true : null))
    outgoing.end('last')
    expect((await answer).statusCode).toBe(200)
    expect(seen).toBe('firstlast')
  })

  test('whoever reads slowly slows the service down', async () => {
    let sent = 0
    house.onStream = (_request, response) => {
      const more = () => {
        while (sent < much) {
          sent++
          if (!response.write(mebibyte)) return void response.once('drain', more)
        }
        response.end()
      }
      more()
    }
    const { outgoing, answer } = openCall(ann, house.server, 'GET', '/bff/upstreams/streams/down')
    outgoing.end()
    const incoming = await answer
    incoming.pause()
    expect(await settled(() => sent)).toBeLessThan(much / 2)
    let received = 0
    incoming.on('data', (chunk: Buffer) => {
      received += chunk.length
    })
    incoming.resume()
    await until('all of it', () => (received === much * mebibyte.length ? true : null))
  })

  test('a service that reads slowly slows the visitor down', async () => {
    let request: IncomingMessage | null = null
    let received = 0
    house.onStream = (incoming, response) => {
      request = incoming.pause()
      incoming.on('end', () => response.end(String(received)))
    }
    const { outgoing, answer } = openCall(ann, house.server, 'POST', '/bff/upstreams/streams/up')
    let sent = 0
    const more = () => {
      while (sent < much) {
        sent++
        if (!outgoing.write(mebibyte)) return void outgoing.once('drain', more)
      }
      outgoing.end()
    }
    more()
    const incoming = await until('the call', () => request)
    expect(await settled(() => sent)).toBeLessThan(much / 2)
    incoming.on('data', (chunk: Buffer) => {
      received += chunk.length
    })
    incoming.resume()
    const { text, ended } = read(await answer)
    await until('the answer', ended)
    expect(text()).toBe(String(much * mebibyte.length))
  })

  test('a visitor who leaves ends the call to the service, before and during the answer', async () => {
    for (const isAnswered of [false, true]) {
      let state = 'none'
      house.onStream = (_request, response) => {
        state = 'open'
        response.on('close', () => {
          state = 'closed'
        })
        if (isAnswered) response.writeHead(200).write('a')
      }
      const { outgoing, answer } = openCall(ann, house.server, 'GET', '/bff/upstreams/streams/long')
      outgoing.end()
      if (isAnswered) await answer
      await until('the call', () => (state === 'open' ? true : null))
      outgoing.destroy()
      await until('the end of the call', () => (state === 'closed' ? true : null))
    }
  })

  test('a visitor who leaves in the middle of a body ends the call to the service', async () => {
    let state = 'none'
    house.onStream = (request) => {
      state = 'open'
      request.on('error', () => {})
      request.on('close', () => {
        state = request.complete ? 'complete' : 'broken'
      })
      request.resume()
    }
    const { outgoing } = openCall(ann, house.server, 'POST', '/bff/upstreams/streams/up')
    outgoing.write('half')
    await until('the call', () => (state === 'open' ? true : null))
    outgoing.destroy()
    await until('the end of the call', () => (state === 'broken' ? true : null))
  })

  test('a stream ends soon after the session of its reader', async () => {
    const { client, csrf } = await newCaller(house.server)
    house.onStream = (_request, response) => response.writeHead(200).write('a')
    const { outgoing, answer } = openCall({ client, csrf }, house.server, 'GET', '/bff/upstreams/streams/long')
    outgoing.end()
    const { broken } = read(await answer)
    await client.json('POST', '/bff/logout')
    await until('the end of the stream', broken)
  })
})

describe('B1 limits', () => {
  test('a body that says that it is too long is 413, and the service hears nothing', async () => {
    let calls = 0
    house.onStream = () => calls++
    const answer = await call(ann, 'POST', '/bff/upstreams/tight/up', { body: 'x'.repeat(102_401) })
    expect(answer).toBeProblem(413, 'body_too_large')
    expect(calls).toBe(0)
  })

  test('a body that turns out to be too long is 413 in its middle, and the service gets no end of it', async () => {
    let state = 'none'
    house.onStream = (request) => {
      request.on('error', () => {})
      request.on('close', () => {
        state = request.complete ? 'complete' : 'broken'
      })
      request.resume()
    }
    const { outgoing, answer } = openCall(ann, house.server, 'POST', '/bff/upstreams/tight/up')
    for (let part = 0; part < 20; part++) outgoing.write('x'.repeat(10_000))
    expect((await answer).statusCode).toBe(413)
    await until('the end of the call', () => (state === 'broken' ? true : null))
    outgoing.destroy()
  })

  test('an answer that is longer than the service may send is 502, or is broken off where it becomes so', async () => {
    house.onStream = (request, response) => {
      if (request.url === '/said') response.writeHead(200, { 'content-length': 2_000 })
      response.end('x'.repeat(2_000))
    }
    expect(await call(ann, 'GET', '/bff/upstreams/tight/said')).toBeProblem(502, 'bad_gateway')
    house.onStream = (_request, response) => {
      response.write('x'.repeat(500))
      setImmediate(() => response.end('x'.repeat(2_000)))
    }
    const { outgoing, answer } = openCall(ann, house.server, 'GET', '/bff/upstreams/tight/unsaid')
    outgoing.end()
    await until('the break', read(await answer).broken)
  })
})

describe('B1 a service at fault', () => {
  const answerWith = (text: string) => {
    house.raw.answer = ({ socket }: RawCall) => void socket.end(text, 'latin1')
  }

  test('that is down is 502', async () => {
    const answer = await call(ann, 'GET', '/bff/upstreams/down/x')
    expect(answer).toBeProblem(502, 'bad_gateway')
    expect(answer.json().reference).toMatch(/^[\w-]{12}$/)
    await expect.poll(() => house.server.output()).toContain(String(answer.json().reference))
  })

  test('that does not answer in time is 504', async () => {
    house.raw.answer = () => {}
    expect(await call(ann, 'GET', '/bff/upstreams/hasty/x')).toBeProblem(504, 'gateway_timeout')
  })

  test.each([
    ['nothing', ''],
    ['garbage', '\x00\x01\x02 not http at all\r\n\r\n'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['a head that breaks off', 'HTTP/1.1 200 OK\r\nContent-Le'],
    ['a huge head', `HTTP/1.1 200 OK\r\nX-Huge: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['a thousand headers of size', `HTTP/1.1 200 OK\r\n${'X-Many: 12345678901234567890\r\n'.repeat(1_000)}\r\n`],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
    ['a length and chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a status out of range', 'HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n'],
    ['a change of protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'],
    ['a header with a bare line break', 'HTTP/1.1 200 OK\r\nX-A: b\rSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n'],
    ['500', 'HTTP/1.1 500 Oops\r\nContent-Length: 12\r\n\r\nstack trace!'],
    ['502', 'HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n'],
  ])('that sends %s is 502, tells nothing of it and signs nobody out', async (_what, text) => {
    answerWith(text)
    const answer = await call(ann, 'GET', '/bff/upstreams/raw/x')
    expect(answer).toBeProblem(502, 'bad_gateway')
    expect(answer.bytes).not.toMatch(/stack trace|127\.0\.0\.1|HPE_|a=b/)
    expect(answer.setCookies).toEqual([])
    expect(await ann.client.json('GET', '/bff/user')).toHaveStatus(200)
  })

  test('that says 503 or 504 is that here, with its time to wait', async () => {
    answerWith('HTTP/1.1 503 No\r\nRetry-After: 77\r\nContent-Length: 0\r\n\r\n')
    const answer = await call(ann, 'GET', '/bff/upstreams/raw/x')
    expect(answer).toBeProblem(503, 'unavailable')
    expect(answer.headers['retry-after']).toBe('77')
    answerWith('HTTP/1.1 504 Late\r\nContent-Length: 0\r\n\r\n')
    expect(await call(ann, 'GET', '/bff/upstreams/raw/x')).toBeProblem(504, 'gateway_timeout')
  })

  test.each([
    ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this'],
    ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nonly this\r\n'],
    ['garbage for a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nonly this\r\nzz\r\n'],
  ])('that breaks off in a body with %s is seen to have broken off', async (_what, text) => {
    answerWith(text)
    const { outgoing, answer } = openCall(ann, house.server, 'GET', '/bff/upstreams/raw/x')
    outgoing.end()
    const broken = await answer.then(
      (incoming) => until('the break', read(incoming).broken),
      () => true,
    )
    expect(broken).toBe(true)
  })

  test('that falls silent in a body is broken off', async () => {
    house.raw.answer = ({ socket }) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this')
    const { outgoing, answer } = openCall(ann, house.server, 'GET', '/bff/upstreams/hasty/x')
    outgoing.end()
    await until('the break', read(await answer).broken)
  })

  test('that sends more than it said poisons no later answer', async () => {
    const evil = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil'
    for (const isLater of [false, true]) {
      house.raw.answer = ({ socket, text }) => {
        if (!text.includes('/first')) return void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood')
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello${isLater ? '' : evil}`)
        if (isLater) setImmediate(() => socket.write(evil))
      }
      const first = await call(ann, 'GET', '/bff/upstreams/raw/first').catch(() => null)
      expect([null, 'hello']).toContain(first?.body ?? null)
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect((await call(ann, 'GET', '/bff/upstreams/raw/second')).body).toBe('good')
    }
  })

  test('that had closed a kept connection is asked anew, unless that could carry something out twice', async () => {
    const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
    house.raw.answer = ({ socket, count }) => void (count === 1 ? socket.write(ok) : socket.resetAndDestroy())
    expect(await call(ann, 'GET', '/bff/upstreams/raw/1')).toHaveStatus(200)
    expect(await call(ann, 'GET', '/bff/upstreams/raw/2')).toHaveStatus(200)
    expect(await call(ann, 'POST', '/bff/upstreams/raw/3', { body: 'once' })).toHaveStatus(502)
    expect(house.raw.calls.map((text) => text.split(' ')[1]).slice(-3)).toEqual(['/2', '/2', '/3'])
  })
})
