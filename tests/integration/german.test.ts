import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../support/answer.ts'
import { Client } from '../support/browser-client.ts'
import { CodeApp } from '../support/code-app.ts'
import { adminClient, createProject, newPerson, rowsOf, signedInClient } from '../support/fixtures.ts'
import { runProgram } from '../support/process.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

/** Words that no German sentence has. */
const english =
  /\b(?:the|and|is|are|you|your|with|of|to|not|this|that|has|have|been|from|by|for|no|when|until|it|its|on|password|ticket|user|added|ended|signed|refused|changed|reason|success|failure)\b/gi

/** Types of events, and the roles of a token as they stand in it. */
const codes = /\([a-z_]+\.[a-z_]+\)|^\s*user(?:, admin)?\s*$/g

/** What stands on a page in English, in texts and in attributes that are read out. Codes and names are of no language. */
function englishOn(answer: Answer): string[] {
  const page = answer.html
  for (const left of page.querySelectorAll('script, style, code, [lang]:not(html)')) left.remove()
  const titles = page
    .querySelectorAll('[aria-label], [placeholder], [title], [alt]')
    .map((element) =>
      ['aria-label', 'placeholder', 'title', 'alt'].map((name) => element.getAttribute(name) ?? '').join('. '),
    )
  const texts = page
    .querySelectorAll('*')
    .map(({ childNodes }) => childNodes.map((node) => (node.nodeType === 3 ? node.rawText : '')).join(' '))
  return [...new Set([...texts, ...titles].filter((text) => text.replace(codes, '').match(english)))].map((text) =>
    text.trim(),
  )
}

/** The paths of pages, as the program that prints the table of routes has them. */
async function pagePaths(id: string): Promise<string[]> {
  const { stdout } = await runProgram('app/cli/routes.ts')
  const rows = stdout.split('\n').map((line) => line.split(/ {2,}/).map((cell) => cell.trim()))
  const pages = rows.filter(([, methods, , route = '']) => methods === 'GET HEAD' && existsSync(`app/${route}.tsx`))
  const paths = pages.map(([path = '']) => path.replace('*', 'nirgends').replace(':provider', 'x').replace(':id', id))
  return [...new Set(paths)]
}

async function readAll(client: Client, paths: readonly string[]): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {}
  for (const path of paths) {
    const answer = await client.get(path)
    if (answer.isRedirect) continue
    expect(answer.body, path).toContain('<html lang="de"')
    const words = englishOn(answer)
    if (words.length > 0) found[path] = words
  }
  return found
}

const inGerman = (client: Client) => client.submit('/preferences', { language: 'de' })

describe('in German', () => {
  test('no page of the table of routes says anything in English to a visitor', async () => {
    const client = new Client(server)
    await inGerman(client)
    const paths = await pagePaths('none')
    expect(paths.length).toBeGreaterThan(30)
    const reasons = ['expired', 'revoked', 'reuse', 'signed-out', 'provider'].map((why) => `/login?why=${why}`)
    expect(await readAll(client, [...paths, ...reasons])).toEqual({})
  })

  test('this search sees English where it stands', async () => {
    const page = await new Client(server).get('/login')
    expect(englishOn(page).length).toBeGreaterThan(3)
  })

  test('nor to somebody who is signed in, nor to an admin', async () => {
    const { client } = await adminClient(server)
    const project = await createProject(client, 'Garten', 'Rosen')
    await inGerman(client)
    const { person: other } = await signedInClient(server)
    await new Client(server).submit('/login', { email: other.email, password: 'ganz falsch geraten' })
    await client.post('/dashboard', { intent: 'create' })
    const id = rowsOf(server, other.email).user?.id ?? ''
    const paths = [...(await pagePaths(project)), `/admin/users/${id}`, '/admin?range=30d', '/admin/users?q=niemand']
    expect(await readAll(client, paths)).toEqual({})
    expect((await client.get('/admin/events')).text).toContain('Fehlgeschlagene Anmeldung')
    expect((await client.get('/account')).text).toContain('Nutzer, Admin')
  })

  test('nor in refused forms, scenes, second steps, questions for a proof and errors', async () => {
    const { client, person } = await signedInClient(server)
    await inGerman(client)
    const csrf = await client.csrf()
    const play = (intent: string) => client.post('/inspect', { csrf, intent })
    const stranger = new Client(server)
    await inGerman(stranger)
    const answers = [
      ...(await Promise.all(['two-tabs', 'lost-answer', 'stolen-copy', 'early-thief', 'made-up'].map(play))),
      await play('nothing'),
      await client.submit('/dashboard', { name: '', description: 'x'.repeat(3_000) }),
      await client.post('/dashboard', { name: 'x' }),
      await client.post('/account/delete', { csrf, email: 'falsch' }),
      await stranger.submit('/register', { ...newPerson(), email: 'nobody', password: 'aaaaaaaaaaaaaaaaaaaa' }),
      await stranger.submit('/login', { email: 'nie@example.com', password: 'ganz falsch geraten' }),
      await stranger.submit('/reset', { code: 'x', password: 'x' }),
    ]
    const enrolment = await client.submit('/account/security/app', {}, { press: 'start' })
    answers.push(enrolment, await client.send(enrolment, { code: '000000' }))
    const again = await client.submit('/account/security/app', {}, { press: 'start' })
    const app = new CodeApp(server, again.html.querySelector('code.key')?.textContent ?? '')
    answers.push(await client.send(again, { code: app.code() }))
    const later = new Client(server)
    await inGerman(later)
    await later.submit('/login', { email: person.email, password: person.password })
    answers.push(await later.get('/login/verify'), await later.submit('/login/verify', { code: '000000' }))
    await server.advance(11 * 60_000)
    answers.push(await client.get('/account/password'), await client.get('/account/security/app'))
    expect(answers.filter(({ isRedirect }) => isRedirect).map(({ path }) => path)).toEqual([])
    const found = answers.map((answer) => [answer.path, answer.status, englishOn(answer)] as const)
    expect(found.filter(([, , words]) => words.length > 0)).toEqual([])
  })
})
