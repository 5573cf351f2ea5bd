import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '../support/browser-client.ts'
import { newPerson, rowsOf, sessionOf, signedInClient, signUp } from '../support/fixtures.ts'
import { startServer, type TestServer } from '../support/server.ts'
import type { StoreConnection } from '../support/store-connection.ts'
import { lockAgainstWriting } from '../support/store-locks.ts'

let server: TestServer
let locker: StoreConnection
beforeAll(async () => {
  // PostgreSQL waits as long for a lock as SQLite does.
  server = await startServer({ env: { DATABASE_STATEMENT_TIMEOUT: '1s' } })
  locker = server.openDatabase()
})
afterEach(() => {
  if (locker.inTransaction) locker.exec('rollback')
})
afterAll(async () => {
  locker.close()
  await server.stop()
})

describe('a store that is locked', () => {
  test('a form that writes is 503 with Retry-After, and nothing is half done', async () => {
    const { client, person } = await signedInClient(server)
    const page = await client.open('/dashboard')
    lockAgainstWriting(locker)
    const answer = await client.send(page, { name: 'Later' }, { press: 'Create' })
    expect(answer).toHaveStatus(503)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(answer.setCookies).toEqual([])
    locker.exec('rollback')
    expect(rowsOf(server, person.email).projects).toEqual([])
    expect((await client.send(page, { name: 'Later' }, { press: 'Create' })).isRedirect).toBe(true)
  })

  test('a rotation that cannot be written leaves the cookie alone, and the session goes on afterwards', async () => {
    const { client, person } = await signedInClient(server)
    await server.advance(6 * 60_000)
    lockAgainstWriting(locker)
    const answer = await client.get('/dashboard')
    expect(answer).toHaveStatus(503)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(answer.setCookies).toEqual([])
    expect(answer.text).toContain('We cannot answer right now')
    locker.exec('rollback')
    expect(await client.get('/dashboard')).toHaveStatus(200)
    expect(sessionOf(server, person.email)).toMatchObject({ generation: 1, revoked_at: null })
  })

  test('the JSON endpoints say so as a problem document', async () => {
    const { client } = await signedInClient(server)
    await server.advance(6 * 60_000)
    lockAgainstWriting(locker)
    const answer = await client.json('GET', '/bff/user')
    expect(answer).toBeProblem(503, 'unavailable')
    expect(answer.headers['retry-after']).toBeDefined()
    expect(answer.setCookies).toEqual([])
  })

  test('nobody is told that a password is wrong when it could not be checked', async () => {
    const person = await signUp(new Client(server))
    const client = new Client(server)
    const page = await client.open('/login')
    lockAgainstWriting(locker)
    const answer = await client.send(page, { email: person.email, password: person.password })
    expect(answer).toHaveStatus(503)
    expect(answer.text).not.toContain('Invalid email or password')
    locker.exec('rollback')
    expect((await client.submit('/login', { email: person.email, password: person.password })).isRedirect).toBe(true)
  })

  test('registering waits for better times and leaves no half account', async () => {
    const client = new Client(server)
    const person = newPerson()
    const page = await client.open('/register')
    lockAgainstWriting(locker)
    const answer = await client.send(page, person)
    expect(answer).toHaveStatus(503)
    locker.exec('rollback')
    expect(rowsOf(server, person.email).user).toBeNull()
    expect((await client.submit('/register', person)).isRedirect).toBe(true)
  })

  test('a page that only reads goes on while somebody else writes', async () => {
    const { client } = await signedInClient(server)
    await client.get('/dashboard')
    lockAgainstWriting(locker)
    expect(await client.get('/dashboard')).toHaveStatus(200)
  })
})
