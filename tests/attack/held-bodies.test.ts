import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../support/browser-client.ts'
import { adminClient, type Person, rowsOf, signedInClient, withDatabase } from '../support/fixtures.ts'
import { openSocket } from '../support/raw-socket.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'

// Whoever sends a form decides how long its last byte takes. What ended meanwhile must not change anything any more.

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.stop())

type Someone = { client: Client; person: Person }

/** Sends a body but for its last byte; `finish` sends that and resolves with the head of the answer. */
async function holdBody({ client }: Someone, path: string, fields: Record<string, string>) {
  const body = `${new URLSearchParams(fields)}`
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: localhost:${server.port}`,
    `Origin: ${server.origin}`,
    `Cookie: ${client.jar.header()}`,
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  const socket = openSocket(server.port, `${head.join('\r\n')}\r\n\r\n${body.slice(0, -1)}`)
  let text = ''
  let isOver = false
  socket.on('data', (data) => {
    text += data.toString('latin1')
  })
  socket.on('close', () => {
    isOver = true
  })
  socket.on('error', () => {})
  // Answered only after the request before it was let in: the same process takes them in order.
  await client.clone().get('/bff/user')
  return {
    async finish(): Promise<number> {
      socket.write(body.slice(-1))
      await until('the answer', () => (isOver ? true : null))
      return Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1])
    },
  }
}

function change(sql: string, { email }: Person): void {
  withDatabase(server, (database) => void database.prepare(sql).run(email))
}

const ofPerson = 'where user_number = (select number from users where email = ?)'
const ends: Record<string, (someone: Someone) => Promise<void> | void> = {
  'its session was signed out': async ({ client }) => void (await client.clone().json('POST', '/bff/logout')),
  'its session was ended': ({ person }) =>
    change(`update sessions set revoked_at = 1, revoked_reason = 'ended' ${ofPerson}`, person),
  'its session ran out': ({ person }) => change(`update sessions set expires_at = 1 ${ofPerson}`, person),
  'its account was disabled': ({ person }) => change('update users set disabled_at = 1 where email = ?', person),
  'its account was deleted': ({ person }) => change('delete from users where email = ?', person),
}
const endsForAdmins: typeof ends = {
  ...ends,
  'its role was taken': ({ person }) => change("update users set role = 'user' where email = ?", person),
}

describe('a body whose last byte comes after', () => {
  test.each(Object.keys(ends))('%s creates nothing', async (what) => {
    const someone = await signedInClient(server)
    const { user } = rowsOf(server, someone.person.email)
    const held = await holdBody(someone, '/dashboard', {
      csrf: await someone.client.csrf(),
      name: 'Late',
      description: '',
    })
    await ends[what]?.(someone)
    expect([302, 403]).toContain(await held.finish())
    withDatabase(server, (database) => {
      const owned = database.prepare('select count(*) as n from projects where owner_id = ?').get(user?.id)
      expect(owned).toEqual({ n: 0 })
    })
  })

  test.each(Object.keys(endsForAdmins))('%s makes nobody an admin', async (what) => {
    const [admin, puppet] = [await adminClient(server), await signedInClient(server)]
    const id = rowsOf(server, puppet.person.email).user?.id
    const held = await holdBody(admin, `/admin/users/${id}`, { csrf: await admin.client.csrf(), intent: 'promote' })
    await endsForAdmins[what]?.(admin)
    expect([302, 403]).toContain(await held.finish())
    expect(rowsOf(server, puppet.person.email).user?.role).toBe('user')
  })

  test('another tab has renewed the session is carried out', async () => {
    const someone = await signedInClient(server)
    const held = await holdBody(someone, '/dashboard', {
      csrf: await someone.client.csrf(),
      name: 'Late',
      description: '',
    })
    const other = someone.client.clone()
    await other.submit('/reauthenticate', { step_up_password: someone.person.password })
    expect(await held.finish()).toBe(302)
    expect((await other.open('/dashboard')).text).toContain('Late')
  })
})
