import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../support/answer.ts'
import { Client } from '../support/browser-client.ts'
import { createProject, newPerson, type Person, signedInClient } from '../support/fixtures.ts'
import { rawExchange } from '../support/raw-socket.ts'
import { startServer, type TestServer } from '../support/server.ts'

const evil = 'evil.example'
/** Every spelling that some browser, parser or framework has taken for another site. */
const spellings = [
  ...[`//${evil}`, `///${evil}`, `////${evil}`, `/\\${evil}`, `\\/${evil}`, `\\\\${evil}`, `/\\/${evil}`],
  ...[`/\t/${evil}`, `\t//${evil}`, `/\n/${evil}`, `/\r/${evil}`, `/\r\n/${evil}`, `\n//${evil}`, ` //${evil}`],
  ...[`/ /${evil}`, `\u0000//${evil}`, `/\u0000/${evil}`, `/\u001f/${evil}`, `/\u007f/${evil}`, `/\u0085/${evil}`],
  ...[`/\u00a0/${evil}`, `/\u2028/${evil}`, `/\u2029/${evil}`, `/\u200b/${evil}`, `/\ufeff/${evil}`, `\ufeff//${evil}`],
  ...[`https://${evil}`, `https:${evil}`, `https:/${evil}`, `http:\\\\${evil}`, `HTTPS://${evil}`, `hTtPs:///${evil}`],
  ...['javascript:alert(1)', 'java\tscript:alert(1)', 'data:text/html,x', `ftp://${evil}`, `blob:https://${evil}/x`],
  ...[
    `//user@${evil}`,
    `//localhost@${evil}`,
    `https://localhost@${evil}`,
    `@${evil}`,
    `.${evil}`,
    `:80@${evil}`,
    evil,
  ],
  ...[`/.//${evil}`, `/..//${evil}`, `/a/..//${evil}`, `/a/b/../..//${evil}`, `/././/${evil}`, `/../..//${evil}`],
  ...[`/%2e//${evil}`, `/%2e%2e//${evil}`, `/a/%2E%2e//${evil}`, `/.%2e//${evil}`, `/.\\${evil}`, `/./\\${evil}`],
  ...[`/a/../\\${evil}`, `/.\t//${evil}`, `/.;//${evil}`, `/;//${evil}`, `/%09/${evil}`, `/%0d%0aSet-Cookie:x=1`],
  ...[
    `/%5c${evil}`,
    `/%5c%5c${evil}`,
    `/%2f${evil}`,
    `/%2f%2f${evil}`,
    `/%252e%252e//${evil}`,
    `/／${evil}`,
    `/∕${evil}`,
  ],
  ...[`?x=//${evil}`, `#//${evil}`, `/\ud800/${evil}`, `/${'a'.repeat(5_000)}//${evil}`, '//', '///', '/\\', '\\', ''],
]
/** Where each try costs a password. */
const everyThird = spellings.filter((_, index) => index % 3 === 0)

let server: TestServer
let signedIn: Client
let person: Person
beforeAll(async () => {
  server = await startServer()
  const { client, person: registered } = await signedInClient(server)
  signedIn = client
  person = registered
})
afterAll(() => server?.stop())

/** Why where an answer leads is not surely our own place; empty when it is. Read raw and as a browser reads it. */
function complaints(answer: Answer, base = server.origin): string[] {
  const { location } = answer
  if (location === null) return [`${answer.status} leads nowhere`]
  const found: string[] = []
  if (!/^\/(?![/\\])[\u0021-\u007e]*$/.test(location))
    found.push('its Location is not an absolute path of plain letters')
  const url = new URL(location, base)
  if (url.origin !== base) found.push(`a browser goes to ${url.origin}`)
  if (url.pathname.startsWith('//') || /[\\]/.test(url.pathname)) found.push(`its path is ${url.pathname}`)
  // A second reader resolves what the first one made of it.
  if (new URL(url.pathname + url.search, base).origin !== base) found.push('read twice, it leads away')
  return found
}

async function sweep(lead: (spelling: string) => Promise<Answer>, given = spellings): Promise<string[]> {
  const found: string[] = []
  for (const spelling of given) {
    const wrong = complaints(await lead(spelling))
    if (wrong.length > 0) found.push(`${JSON.stringify(spelling.slice(0, 60))}: ${wrong.join(', ')}`)
  }
  return found
}

describe('redirectTo never leads to another site', () => {
  test('from the sign-in page of somebody who is signed in', async () => {
    const found = await sweep((spelling) =>
      signedIn.get(`/login?redirectTo=${encodeURIComponent(wellFormed(spelling))}`),
    )
    expect(found).toEqual([])
  })

  test('from the registration page of somebody who is signed in', async () => {
    const found = await sweep((spelling) =>
      signedIn.get(`/register?redirectTo=${encodeURIComponent(wellFormed(spelling))}`),
    )
    expect(found).toEqual([])
  })

  test('after signing in through the form', async () => {
    const found = await sweep(async (redirectTo) => {
      const client = new Client(server)
      const page = await client.get('/login')
      return client.send(page, { email: person.email, password: person.password, redirectTo: wellFormed(redirectTo) })
    }, everyThird)
    expect(found).toEqual([])
  })

  test('after registering through the form', async () => {
    const some = everyThird.slice(0, 20)
    const found = await sweep(async (redirectTo) => {
      const client = new Client(server)
      return client.send(await client.get('/register'), { ...newPerson(), redirectTo: wellFormed(redirectTo) })
    }, some)
    expect(found).toEqual([])
  })

  test('after a change to a project', async () => {
    const id = await createProject(signedIn, 'Going places')
    const found = await sweep(async (redirectTo) =>
      signedIn.post(`/projects/${id}`, { csrf: await csrf(), intent: 'archive', redirectTo: wellFormed(redirectTo) }),
    )
    expect(found).toEqual([])
  })

  test('as single-fetch data, which scripts follow', async () => {
    const found: string[] = []
    for (const spelling of spellings) {
      const answer = await signedIn.get(`/login.data?redirectTo=${encodeURIComponent(wellFormed(spelling))}`)
      const [, target = ''] = /"redirect","([^"]*)"/.exec(answer.body) ?? []
      if (answer.status !== 202 || !/^\/(?![/\\])/.test(target))
        found.push(`${spelling}: ${answer.status} ${answer.body}`)
      else if (new URL(target, server.origin).origin !== server.origin) found.push(`${spelling}: ${target}`)
    }
    expect(found).toEqual([])
  })

  test('given twice in the form: the form is refused', async () => {
    const client = new Client(server)
    const page = await client.get('/login')
    const token = page.html.querySelector('input[name=csrf]')?.getAttribute('value') ?? ''
    const body = new URLSearchParams({ csrf: token, email: person.email, password: person.password, redirectTo: '/' })
    body.append('redirectTo', `//${evil}`)
    const answer = await client.post('/login', {}, { body: body.toString() })
    expect(answer).toHaveStatus(400)
    expect(client.hasRefreshToken).toBe(false)
  })
})

test('the JSON endpoints know no redirect: what a body says of one changes nothing', async () => {
  for (const redirectTo of [`//${evil}`, `https://${evil}`]) {
    const client = new Client(server)
    const answer = await client.json('POST', '/bff/login', { ...person, redirectTo })
    expect(answer).toHaveStatus(200)
    expect(answer.location).toBeNull()
    expect(answer.bytes).not.toContain(evil)
  }
})

test('the way to the sign-in page keeps nothing that leads away', async () => {
  for (const target of [
    `/dashboard?x=//${evil}`,
    `/.//dashboard`,
    `/..//${evil}`,
    `/a/..//dashboard`,
    `/%2e%2e//${evil}`,
  ]) {
    const [head = ''] = (await rawExchange(server.port, request(target))).split('\r\n\r\n')
    const location = /^location: (.*)$/im.exec(head)?.[1]
    if (location === undefined) continue
    const inner = new URL(location, server.origin).searchParams.get('redirectTo') ?? '/'
    expect(new URL(inner, server.origin).origin).toBe(server.origin)
    expect(inner.startsWith('//')).toBe(false)
  }
})

test('a place that is our own is kept, query and all', async () => {
  const answer = await signedIn.get(`/login?redirectTo=${encodeURIComponent('/projects/abc?x=1&y=%20')}`)
  expect(answer.location).toBe('/projects/abc?x=1&y=%20')
})

const csrf = () => signedIn.csrf()
/** As much of a spelling as a URL or a form can carry. */
const wellFormed = (text: string) => text.toWellFormed()
const request = (target: string) =>
  `GET ${target} HTTP/1.1\r\nHost: localhost:${server.port}\r\nConnection: close\r\n\r\n`
