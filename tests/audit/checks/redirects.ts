import type { Person } from '../../support/fixtures.ts'
import type { AuditClient } from '../audit-client.ts'
import { check, observeAnswer } from '../check.ts'

const tab = '\t'
const targets = [
  ...['//evil.example', '///evil.example', '/\\evil.example', 'https://evil.example', 'https:evil.example'],
  ...[`/${tab}/evil.example`, '/%09/evil.example', '/.//evil.example', '/a/..//evil.example', '/..//evil.example'],
  ...[
    'javascript:alert(1)',
    'http://localhost@evil.example/',
    '/\r\nLocation: https://evil.example',
    '\u2028//evil.example',
  ],
]

/** Where a browser would end up. */
const leavesFor = (location: string | null, origin: string): string | null => {
  if (location === null) return null
  try {
    const { origin: found, pathname } = new URL(location, `${origin}/login`)
    return found !== origin || pathname.startsWith('//') ? location : null
  } catch {
    return location
  }
}

export default check({
  id: 'redirects',
  area: 'headers',
  title: 'No redirect leads off this site',
  rules: ['ASVS 3.7.2', 'RFC 9700, 4.11'],
  async *run({ people, origin }) {
    const { client, person } = await people.newcomer()
    for (const target of targets) {
      const query = `?${new URLSearchParams({ redirectTo: target })}`
      const answers = [
        await client.get(`/login${query}`),
        await signInTowards(people.nobody('user'), person, query, target),
      ]
      for (const answer of answers) {
        const away = leavesFor(answer.location, origin)
        yield observeAnswer(answer, away === null, `a way within ${origin}`, away ?? answer.location ?? 'no redirect')
      }
    }
    for (const name of ['x-forwarded-host', 'forwarded', 'x-original-url']) {
      const answer = await people.nobody().get('/dashboard', { headers: { [name]: 'evil.example' } })
      const away = leavesFor(answer.location, origin)
      yield observeAnswer(
        answer,
        away === null && !answer.body.includes('evil.example'),
        `${name} decides nothing`,
        away ?? 'own',
      )
    }
  },
})

async function signInTowards(client: AuditClient, { email, password }: Person, query: string, redirectTo: string) {
  const csrf = await client.csrf()
  return client.post(`/login${query}`, { csrf, email, password, redirectTo })
}
