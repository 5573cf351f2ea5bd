import type { Answer } from '../../support/answer.ts'
import { pictureOf } from '../../support/store-picture.ts'
import type { AuditClient } from '../audit-client.ts'
import { check, observe } from '../check.ts'
import type { AuditContext } from '../context.ts'
import { addressOf, type DeclaredRoute, type RequestKind, requestKinds } from '../stage/declared-routes.ts'
import type { Role } from '../stage/people.ts'

type Verdict = 'allowed' | 'sign-in' | 'forbidden' | 'method' | 'damaged'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
/** Open by declaration, yet of use only to who has just given a right password. They may lead to sign-in. */
const stepRoutes = new Set(['routes/login_.verify', 'routes/bff.passkeys.verify-options'])

export default check({
  id: 'access-matrix',
  area: 'access',
  title: 'Every route, method and kind of request lets in whom its declaration names, and nobody else',
  rules: ['ASVS 8.2.1', 'ASVS 8.3.1', 'ASVS 8.1.1', 'RFC 9110, 15.5.2, 15.5.4'],
  async *run(context) {
    const rows: string[][] = []
    for (const role of context.people.roles) {
      const before = accountsOf(context)
      for (const route of context.routes) {
        const observations = await lookAtRoute(context, role, route)
        yield* observations.map(({ observation }) => observation)
        const seen = observations.filter(({ kind, expected }) => kind === 'document' && expected !== 'method')
        const declared = Object.entries(route.access).map((each) => each.join(' '))
        const verdicts = new Set(seen.map(({ method, observed }) => `${method} ${observed}`))
        rows.push([route.path, route.id, role, declared.join(', '), [...verdicts].join(', ')])
      }
      const isSame = role === 'admin' || accountsOf(context) === before
      yield observe(`accounts after all of that as ${role}`, isSame, 'as before', isSame ? 'as before' : 'changed')
    }
    yield { kind: 'table', title: 'Who may call what', head: ['path', 'route', 'role', 'declared', 'observed'], rows }
  },
})

const accountsOf = ({ server }: AuditContext) => (server ? JSON.stringify(pictureOf(server).users) : '')

async function lookAtRoute(context: AuditContext, role: Role, route: DeclaredRoute) {
  const visitor = await visitorOf(context, role)
  const tried = context.thoroughness.isWhole ? methods : methods.slice(0, 2)
  const found = []
  for (const method of tried) {
    found.push(...(await Promise.all(requestKinds.map((kind) => lookAt(visitor, role, route, method, kind)))))
  }
  return found
}

async function lookAt(visitor: Visitor, role: Role, route: DeclaredRoute, method: string, kind: RequestKind) {
  const answer = await attempt(visitor, route, method, kind)
  const [expected, observed] = [expectedVerdict(route, method, kind, role), verdictOf(answer)]
  const isStep = stepRoutes.has(route.id) && expected === 'allowed' && observed === 'sign-in'
  const subject = `${role}: ${method} ${answer.path} as ${kind}`
  const isSound = observed === expected || isStep
  const observation = observe(subject, isSound, expected, `${observed} (${answer.status})`, answer)
  return { method, kind, expected, observed, observation }
}

type Visitor = { client: AuditClient; csrf: string }

/** A browser and a CSRF value that is valid for it: nothing but access decides. */
async function visitorOf(context: AuditContext, role: Role): Promise<Visitor> {
  const client = await context.people.as(role)
  if (role !== 'disabled') return { client, csrf: await client.csrf() }
  const visitor = context.people.nobody('disabled')
  const csrf = await visitor.csrf()
  visitor.jar.put('__Host-Http-cloakroom', client.refreshToken)
  return { client: visitor, csrf }
}

function attempt(visitor: Visitor, route: DeclaredRoute, method: string, kind: RequestKind) {
  const { client, csrf } = visitor
  const own = { origin: client.site.origin, 'sec-fetch-site': 'same-origin' }
  const accept = kind === 'fetch' ? 'application/json' : 'text/html,*/*;q=0.8'
  const form = { 'content-type': 'application/x-www-form-urlencoded', 'x-csrf-token': csrf, ...own }
  // Sign-out is a test of its own: here its form lacks the value, which is looked at after access.
  const body = route.id.endsWith('logout') ? '' : new URLSearchParams({ csrf }).toString()
  const headers: Record<string, string> = { accept, ...(method === 'GET' ? {} : form) }
  if (route.id.endsWith('logout')) delete headers['x-csrf-token']
  return client.request(method, addressOf(route, kind), { drop: true, headers, ...(method === 'GET' ? {} : { body }) })
}

function expectedVerdict(route: DeclaredRoute, method: string, kind: RequestKind, role: Role): Verdict {
  if (kind === '_data') return 'damaged'
  const access = route.access[method]
  if (access === undefined) return 'method'
  if (access === 'public' || access === 'optional') return 'allowed'
  if (role === 'anonymous' || role === 'disabled') return 'sign-in'
  return access === 'admin' && role !== 'admin' ? 'forbidden' : 'allowed'
}

/** What an answer comes to, whether it is a page, a problem document or single-fetch data. */
function verdictOf({ status, location, body, headers }: Answer): Verdict {
  if (status === 200 && headers['content-disposition']?.startsWith('attachment')) return 'allowed'
  const isPage = headers['content-type']?.startsWith('text/html') ?? false
  const says = (code: string) => !isPage && body.includes(code)
  if (status === 405 || says('"method_not_allowed"')) return 'method'
  if (status === 403 && body.includes('admin_required')) return 'forbidden'
  if (status === 401 || says('"sign_in_required"')) return 'sign-in'
  if (/\/login\?redirectTo=/.test(location ?? '') || (!isPage && /"\/login\?redirectTo=/.test(body))) return 'sign-in'
  return status === 400 && body.includes('address of this page is damaged') ? 'damaged' : 'allowed'
}
