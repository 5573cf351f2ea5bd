import type { Answer } from '../../support/answer.ts'
import type { AuditClient } from '../audit-client.ts'
import type { AuditContext } from '../context.ts'
import { addressOf } from './declared-routes.ts'

/** An answer of the survey with who asked and what kind it is. */
export type Surveyed = { who: string; what: string; answer: Answer }

type Ask = (client: AuditClient, csrf: string) => Promise<Answer>

/** Kinds of answers that no route table tells of. */
const special: Record<string, Ask> = {
  'a refused form': (client) => client.post('/dashboard', { csrf: 'x' }),
  'a form from another site': (client) => client.post('/login', {}, { headers: { origin: 'https://other.example' } }),
  'a damaged address': (client) => client.get('/%ff'),
  'a page that does not exist': (client) => client.get('/nothing-of-the-kind'),
  'an endpoint that does not exist': (client) => client.get('/bff/nothing-of-the-kind'),
  'a file that does not exist': (client) => client.get('/build/nothing.js'),
  'a static file': (client) => client.get('/favicon.svg'),
  'an unknown method': (client) => client.request('OPTIONS', '/'),
  'a method that a page has not': (client, csrf) =>
    client.request('PUT', '/account', { body: '', headers: { 'x-csrf-token': csrf } }),
  'a body that is too large': (client) =>
    client.request('POST', '/login', {
      body: 'x'.repeat(70_000),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }),
  'a body of a foreign type': (client, csrf) =>
    client.request('POST', '/bff/login', {
      body: '<a/>',
      headers: { 'content-type': 'text/xml', 'x-csrf-token': csrf },
    }),
  'a refused sign-in': (client, csrf) =>
    client.post('/login', { csrf, email: 'nobody.here@example.com', password: 'no such password at all' }),
  'the head of a page': (client) => client.request('HEAD', '/account'),
}

/** Asks every readable route as everybody, as a page and as data, and for each special kind of answer once. */
export async function survey(context: AuditContext): Promise<Surveyed[]> {
  const found: Surveyed[] = []
  for (const role of context.people.roles) {
    const client = await context.people.as(role)
    for (const route of context.routes.filter(({ access }) => access.GET)) {
      for (const kind of ['document', 'data'] as const) {
        const visitor = role === 'disabled' ? client.clone() : client
        found.push({ who: role, what: `${route.id} as ${kind}`, answer: await visitor.get(addressOf(route, kind)) })
      }
    }
  }
  const user = await context.people.as(context.people.roles.includes('user') ? 'user' : 'anonymous')
  const csrf = await user.csrf()
  for (const [what, ask] of Object.entries(special)) {
    found.push({ who: user.who, what, answer: await ask(user.clone(), csrf) })
  }
  const script = /\/build\/entry\.client-[A-Z0-9]+\.js/.exec((await context.people.nobody().get('/')).body)?.[0]
  if (script) found.push({ who: 'anonymous', what: 'a script', answer: await context.people.nobody().get(script) })
  return found
}
