import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Caller, call, newCaller } from '../support/proxy-house.ts'
import { startServer, type TestServer } from '../support/server.ts'

describe.each([
  ['embedded', false],
  ['stand-alone', true],
] as const)('B1 through the proxy to the %s API', (_name, standAloneApi) => {
  let server: TestServer
  let ann: Caller
  beforeAll(async () => {
    server = await startServer({ standAloneApi })
    ann = await newCaller(server)
  })
  afterAll(() => server?.stop())

  const send = (method: string, path: string, body: unknown) =>
    call(ann, method, path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

  test('a script creates, reads, changes, lists and deletes', async () => {
    const created = await send('POST', '/bff/api/projects', { name: 'By script', description: '' })
    expect(created).toHaveStatus(201)
    const here = created.location ?? ''
    expect(here).toBe(`/bff/api/projects/${created.json().id}`)
    expect((await call(ann, 'GET', here)).json()).toMatchObject({ name: 'By script' })
    expect((await send('PATCH', here, { archived: true })).json()).toMatchObject({ archivedAt: expect.any(Number) })
    expect((await call(ann, 'GET', '/bff/api/projects?archived=true')).json()).toMatchObject({ total: 1 })
    const deleted = await call(ann, 'DELETE', here)
    expect([deleted.status, deleted.body]).toEqual([204, ''])
    expect(await call(ann, 'GET', here)).toBeProblem(404, 'not_found')
  })

  test('refusals come as they are, and what admins do is not to be had', async () => {
    expect(await send('POST', '/bff/api/projects', { name: '' })).toBeProblem(400, 'invalid_input')
    expect(await call(ann, 'POST', '/bff/api/projects', { body: 'x' })).toBeProblem(415, 'unsupported_media_type')
    expect(await send('POST', '/bff/api/projects', { name: 'x'.repeat(70_000) })).toBeProblem(413, 'body_too_large')
    expect(await call(ann, 'GET', '/bff/api/admin/users')).toBeProblem(404, 'not_found')
  })

  test('no call of a page that only follows along keeps a session alive', async () => {
    const seenAt = () => {
      const database = server.openDatabase()
      const row = database.prepare('select max(last_seen_at) as at from sessions').get() as { at: number }
      database.close()
      return row.at
    }
    await call(ann, 'GET', '/bff/api/projects')
    await server.advance(10 * 60_000)
    const before = seenAt()
    expect(await call(ann, 'GET', '/bff/api/projects', { headers: { 'x-bff-passive': '1' } })).toHaveStatus(200)
    expect(seenAt()).toBe(before)
    expect(await call(ann, 'GET', '/bff/api/projects')).toHaveStatus(200)
    expect(seenAt()).toBeGreaterThan(before)
  })
})
