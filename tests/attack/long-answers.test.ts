import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../support/browser-client.ts'
import { inDepth } from '../support/depth.ts'
import { adminClient, type Person, rowsOf, signedInClient, withDatabase } from '../support/fixtures.ts'
import { type Caller, openProxyHouse, type ProxyHouse } from '../support/proxy-house.ts'
import { eventsOf } from '../support/security-events.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'

// What takes long ends with the session that asked for it, and with the right to it. Each reader stops reading after the first
// bytes: an answer that is larger than all buffers on the way is then in its middle for certain, however fast the machine is.

const limitMs = 120_000

type Someone = { client: Client; person: Person }

/** A reader that takes the first bytes, and the rest when it is told to. */
type SlowReader = {
  socket: Socket
  text: () => string
  hasBegun: () => true | null
  hasEnded: () => true | null
  goOn: () => void
}

function openSlowReader(port: number, { client }: Someone, lines: string[], version = '1.1'): SlowReader {
  const socket = connect({ port, host: '127.0.0.1' })
  const chunks: string[] = []
  let isOver = false
  socket.on('data', (data) => {
    chunks.push(data.toString('latin1'))
    if (chunks.length === 1) socket.pause()
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    isOver = true
  })
  const [first = '', ...others] = lines
  const head = [
    `${first} HTTP/${version}`,
    `Host: localhost:${port}`,
    `Cookie: ${client.jar.header() ?? ''}`,
    ...others,
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  return {
    socket,
    text: () => chunks.join(''),
    hasBegun: () => (chunks.length > 0 ? true : null),
    hasEnded: () => (isOver ? true : null),
    goOn: () => void socket.resume(),
  }
}

/** How an admission ends. `isForAdmins`: it takes the role alone. */
const ends: Record<string, (server: TestServer, someone: Someone) => Promise<void> | void> = {
  'its session is signed out': async (_server, { client }) =>
    void expect(await client.clone().json('POST', '/bff/logout')).toHaveStatus(204),
  'its session is revoked': (server, { person }) =>
    change(
      server,
      "update sessions set revoked_at = 1, revoked_reason = 'ended' where user_number = (select number from users where email = ?)",
      person,
    ),
  'its session runs out': (server, { person }) =>
    change(
      server,
      'update sessions set expires_at = 1 where user_number = (select number from users where email = ?)',
      person,
    ),
  'its account is disabled': (server, { person }) =>
    change(server, 'update users set disabled_at = 1 where email = ?', person),
}
const endsForAdmins: typeof ends = {
  ...ends,
  'its role is taken': (server, { person }) => change(server, "update users set role = 'user' where email = ?", person),
}

function change(server: TestServer, sql: string, { email }: Person): void {
  withDatabase(server, (database) => void database.prepare(sql).run(email))
}

async function expectCutOff(server: TestServer, { person }: Someone, path: string): Promise<void> {
  const id = rowsOf(server, person.email).user?.id
  await expect
    .poll(async () => (await eventsOf(server, 'answer.cut_off')).map((event) => event.subject_id), {
      timeout: limitMs / 2,
    })
    .toContain(id)
  const event = (await eventsOf(server, 'answer.cut_off')).find(({ subject_id }) => subject_id === id)
  expect(event).toMatchObject({ outcome: 'refused', actor_id: null })
  expect(JSON.stringify(event)).toContain(path)
}

const isWhole = (text: string) => text.endsWith('\r\n0\r\n\r\n')

describe('an export of events', () => {
  let server: TestServer
  const count = 40_000
  beforeAll(async () => {
    server = await startServer()
    withDatabase(server, (database) => {
      database
        .prepare(
          `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count})
           insert into security_events (created_at, keep_until, type, outcome, agent)
           select i, 9000000000000000, 'keys.retired', 'success', '${'x'.repeat(250)}' from n`,
        )
        .run()
    })
  }, limitMs)
  afterAll(() => server?.stop())

  const lines = (format: string) => [`GET /admin/events/export?format=${format}&type=keys.retired`, 'Connection: close']

  test.each(['csv', 'json'])(
    'as %s is whole while its admin may have it, however slowly they read',
    async (format) => {
      const reader = openSlowReader(server.port, await adminClient(server), lines(format))
      await until('the first bytes', reader.hasBegun)
      reader.goOn()
      await until('the end', reader.hasEnded, limitMs)
      expect(isWhole(reader.text())).toBe(true)
      expect(reader.text().match(/keys\.retired/g)).toHaveLength(count)
    },
    limitMs,
  )

  test.each(inDepth(Object.keys(endsForAdmins), ['its session runs out', 'its role is taken']))(
    'is broken off when %s, whether its reader goes on or stands still',
    async (what) => {
      const [going, standing] = [await adminClient(server), await adminClient(server)]
      const readers = [going, standing].map((admin, index) =>
        openSlowReader(server.port, admin, lines(index === 0 ? 'csv' : 'json')),
      )
      for (const reader of readers) await until('the first bytes', reader.hasBegun)
      await endsForAdmins[what]?.(server, going)
      await endsForAdmins[what]?.(server, standing)
      readers[0]?.goOn()
      await expectCutOff(server, going, '/admin/events/export')
      // Only now is it certain that nobody waits for this reader to take anything.
      await expectCutOff(server, standing, '/admin/events/export')
      readers[1]?.goOn()
      for (const reader of readers) {
        await until('the end', reader.hasEnded)
        expect(isWhole(reader.text())).toBe(false)
        expect(reader.text().match(/keys\.retired/g)?.length).toBeLessThan(count)
      }
    },
    limitMs,
  )

  test(
    'over HTTP/1.0, where the end of the connection is the end of the file, is reset',
    async () => {
      const admin = await adminClient(server)
      const reader = openSlowReader(server.port, admin, lines('csv').slice(0, 1), '1.0')
      let fault = ''
      reader.socket.on('error', (error: NodeJS.ErrnoException) => {
        fault = error.code ?? ''
      })
      await until('the first bytes', reader.hasBegun)
      await endsForAdmins['its role is taken']?.(server, admin)
      await expectCutOff(server, admin, '/admin/events/export')
      reader.goOn()
      await until('the end', reader.hasEnded)
      expect(fault).toBe('ECONNRESET')
    },
    limitMs,
  )

  test('asks for a fresh proof, on a page from which the file is then fetched', async () => {
    const admin = await adminClient(server)
    await server.advance(11 * 60_000)
    try {
      const asked = await admin.client.get('/admin/events/export?format=csv&type=keys.retired')
      expect(asked).toLeadTo('/reauthenticate?redirectTo=%2Fadmin%2Fevents%3Ftype%3Dkeys.retired')
      expect(asked.headers).not.toHaveProperty('content-disposition')
      const list = await admin.client.open('/admin/events?type=keys.retired')
      expect(list.html.querySelectorAll('a[href*="/admin/events/export"]')).toHaveLength(0)
      expect(list.text).toContain('Confirm that it is you, then download')
      const question = await admin.client.open(asked.location ?? '')
      const proved = await admin.client.send(
        question,
        { step_up_password: admin.person.password },
        { press: 'Confirm' },
      )
      expect(proved).toLeadTo('/admin/events?type=keys.retired')
      const page = await admin.client.follow(proved)
      const links = page.html.querySelectorAll('a[href*="/admin/events/export"]')
      expect(links.map((link) => link.hasAttribute('download'))).toEqual([false, false])
      const file = await admin.client.get('/admin/events/export?format=json&type=keys.rotated')
      expect(file).toHaveStatus(200)
      expect(file.headers['content-disposition']).toBe('attachment; filename="cloakroom-events.json"')
    } finally {
      await server.advance(-11 * 60_000)
    }
  })
})

describe('one’s own data', () => {
  test(
    'is broken off for a reader who stands still when the session ends',
    async () => {
      const server = await startServer()
      try {
        const someone = await signedInClient(server)
        const id = rowsOf(server, someone.person.email).user?.id
        withDatabase(server, (database) => {
          database
            .prepare(
              `with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000)
               insert into security_events (created_at, keep_until, type, outcome, agent, actor_id)
               select i, 9000000000000000, 'signout', 'success', '${'x'.repeat(600)}', '${id}' from n`,
            )
            .run()
        })
        const reader = openSlowReader(server.port, someone, ['GET /account/export', 'Connection: close'])
        await until('the first bytes', reader.hasBegun, limitMs)
        await ends['its session is signed out']?.(server, someone)
        await expectCutOff(server, someone, '/account/export')
        reader.goOn()
        await until('the end', reader.hasEnded)
        const length = Number(/content-length: (\d+)/i.exec(reader.text())?.[1])
        if (length > 0) expect(reader.text().length).toBeLessThan(length)
        else expect(isWhole(reader.text())).toBe(false)
      } finally {
        await server.stop()
      }
    },
    limitMs,
  )
})

describe('through the proxy', () => {
  let house: ProxyHouse
  beforeAll(async () => {
    house = await openProxyHouse()
  })
  afterAll(() => house?.stop())

  async function newReader(isAdmin: boolean): Promise<Someone & Caller> {
    const someone = await (isAdmin ? adminClient(house.server) : signedInClient(house.server))
    return { ...someone, csrf: await someone.client.csrf() }
  }

  test.each(inDepth(Object.keys(endsForAdmins), ['its session is revoked', 'its role is taken']))(
    'a stream of a service for admins ends when %s',
    async (what) => {
      const states = new Map<string, 'open' | 'closed'>()
      house.api.answer = (_call, response) => {
        states.set('stream', 'open')
        response.on('close', () => states.set('stream', 'closed'))
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
      }
      const admin = await newReader(true)
      const stream = openSlowReader(house.server.port, admin, [
        'GET /bff/upstreams/boss/events',
        `X-CSRF-Token: ${admin.csrf}`,
      ])
      await until('the stream', stream.hasBegun)
      await endsForAdmins[what]?.(house.server, admin)
      await until('the end of the call', () => (states.get('stream') === 'closed' ? true : null))
      stream.goOn()
      await until('the end', stream.hasEnded)
      await expectCutOff(house.server, admin, '/bff/upstreams/boss/events')
    },
    limitMs,
  )

  test.each(inDepth(Object.keys(ends), ['its session is signed out']))(
    'an upload under way and an answer that is waited for end when %s',
    async (what) => {
      const closed = new Set<string>()
      const begun = new Set<string>()
      house.onStream = (request) => {
        const { url = '' } = request
        request.on('error', () => {})
        request.on('data', () => {})
        request.socket.on('close', () => closed.add(url))
        begun.add(url)
      }
      const [uploading, waiting] = [await newReader(false), await newReader(false)]
      const upload = openSlowReader(house.server.port, uploading, [
        'DELETE /bff/upstreams/streams/up',
        `X-CSRF-Token: ${uploading.csrf}`,
        'Transfer-Encoding: chunked',
      ])
      upload.socket.write('3\r\nabc\r\n')
      const wait = openSlowReader(house.server.port, waiting, [
        'GET /bff/upstreams/streams/wait',
        `X-CSRF-Token: ${waiting.csrf}`,
      ])
      await until('both calls', () => (begun.size === 2 ? true : null))
      await ends[what]?.(house.server, uploading)
      await ends[what]?.(house.server, waiting)
      await until('the end of both calls', () => (closed.size === 2 ? true : null))
      for (const reader of [upload, wait]) await until('the end', reader.hasEnded)
      await expectCutOff(house.server, uploading, '/bff/upstreams/streams/up')
      await expectCutOff(house.server, waiting, '/bff/upstreams/streams/wait')
    },
    limitMs,
  )
})
