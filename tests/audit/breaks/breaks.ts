import type { Bend, Passing, Reply, Tools } from './breaking-proxy.ts'

export type Break = Bend & { what: string; foundBy: string }

const ticketName = '__Host-Http-cloakroom'
const isPage = ({ headers }: Reply) => String(headers['content-type'] ?? '').startsWith('text/html')
const cookiesOf = (reply: Reply) => [reply.headers['set-cookie'] ?? []].flat().map(String)
const ticketIn = (text: string | undefined) => new RegExp(`${ticketName}=([^;]+)`).exec(text ?? '')?.[1] ?? null

/** Changes each `Set-Cookie` line. */
const rewriteCookies = (change: (line: string) => string): Bend => ({
  reply: (reply) => {
    if (reply.headers['set-cookie']) reply.headers['set-cookie'] = cookiesOf(reply).map(change)
  },
})

const withHeader = (name: string, value: string | null): Bend => ({
  reply: (reply) => {
    if (value === null) delete reply.headers[name]
    else reply.headers[name] = value
  },
})

const intoPages = (text: (passing: Passing) => string): Bend => ({
  reply: (reply, passing) => {
    if (isPage(reply)) reply.body = reply.body.replace('</body>', `${text(passing)}</body>`)
  },
})

/** Lets a request pass as an admin's. */
function asAdmin(passing: Passing, { admin }: Tools): void {
  passing.headers.cookie = admin.cookie
  if (passing.method === 'GET') return
  passing.headers['x-csrf-token'] = admin.csrf
  const fields = new URLSearchParams(passing.body)
  fields.set('csrf', admin.csrf)
  passing.body = fields.toString()
}

/** Gives a request what the defences against forgery ask for. */
async function withOwnValue(passing: Passing, { forward }: Tools): Promise<void> {
  if (passing.method !== 'POST') return
  for (const name of ['origin', 'sec-fetch-site', 'x-csrf-token']) delete passing.headers[name]
  const { host, cookie } = passing.headers
  const answer = await forward({
    method: 'GET',
    path: '/bff/csrf',
    headers: { host, ...(cookie ? { cookie } : {}) },
    body: '',
  })
  const { csrf } = JSON.parse(answer.body) as { csrf: string }
  passing.headers['x-csrf-token'] = csrf
  const isForm = passing.headers['content-type']?.startsWith('application/x-www-form-urlencoded')
  if (!isForm) return
  const fields = new URLSearchParams(passing.body)
  fields.set('csrf', csrf)
  passing.body = fields.toString()
}

/** What people get wrong, one at a time, and the check that has to notice. */
export const breaks: readonly Break[] = [
  {
    what: 'a cookie without HttpOnly',
    foundBy: 'cookie-attributes',
    ...rewriteCookies((line) => line.replace('; HttpOnly', '')),
  },
  {
    what: 'a cookie without Secure',
    foundBy: 'cookie-attributes',
    ...rewriteCookies((line) => line.replace('; Secure', '; ')),
  },
  {
    what: 'a cookie without SameSite',
    foundBy: 'cookie-attributes',
    ...rewriteCookies((line) => line.replace(/; SameSite=\w+/, '')),
  },
  {
    what: 'a cookie with another SameSite than it is declared with',
    foundBy: 'cookie-attributes',
    ...rewriteCookies((line) => line.replace('SameSite=Strict', 'SameSite=Lax')),
  },
  {
    what: 'a cookie that nobody declared',
    foundBy: 'cookie-attributes',
    reply: (reply) => {
      reply.headers['set-cookie'] = [...cookiesOf(reply), 'visits=1; Path=/; Secure; HttpOnly; SameSite=Lax']
    },
  },
  {
    what: 'a sign-in that keeps the ticket of before (session fixation)',
    foundBy: 'cookie-lifecycle',
    request: (passing, { memory }) => {
      const now = memory.get(ticketIn(passing.headers.cookie) ?? '')
      if (now) passing.headers.cookie = passing.headers.cookie?.replace(/cloakroom=[^;]+/, `cloakroom=${now}`)
    },
    reply: (reply, passing, { memory }) => {
      const [held, given] = [ticketIn(passing.headers.cookie), ticketIn(cookiesOf(reply).join('\n'))]
      if (passing.path !== '/bff/login' || held === null || given === null) return
      memory.set(held, given)
      reply.headers['set-cookie'] = cookiesOf(reply).filter((line) => !line.startsWith(`${ticketName}=`))
    },
  },
  {
    what: 'a sign-out that only clears the cookie',
    foundBy: 'cookie-lifecycle',
    instead: ({ method, path }) => {
      if (method !== 'POST' || !path.startsWith('/logout')) return
      const line = `${ticketName}=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax`
      return { status: 302, headers: { location: '/login', 'set-cookie': [line] }, body: '' }
    },
  },
  {
    what: 'form bindings that count up',
    foundBy: 'cookie-entropy',
    request: ({ headers }, { memory }) => {
      headers.cookie &&= headers.cookie.replace(/(-pre=)([\w-]{22})/, (all, name, value) =>
        memory.has(value) ? `${name}${memory.get(value)}` : all,
      )
    },
    reply: (reply, _passing, { memory }) => {
      const value = String(memory.size + 1).padStart(22, 'A')
      reply.headers['set-cookie'] = cookiesOf(reply).map((line) =>
        line.replace(/(-pre=)([\w-]{22})/, (_all, name: string, real: string) => {
          memory.set(value, real)
          return `${name}${value}`
        }),
      )
    },
  },
  {
    what: 'an access token in a page',
    foundBy: 'leaks-answers',
    ...intoPages(() => `<p>${['eyJhbGciOiJFUzI1NiJ9', 'eyJzdWIiOiJzb21lYm9keSJ9', 'c2lnbmF0dXJl'].join('.')}</p>`),
  },
  {
    what: 'the ticket in a page',
    foundBy: 'leaks-answers',
    ...intoPages(({ headers }) => `<p data-ticket="${ticketIn(headers.cookie) ?? ''}"></p>`),
  },
  {
    what: 'a source map with a private key',
    foundBy: 'leaks-scripts',
    instead: ({ path }) => {
      if (!path.endsWith('.js.map')) return
      const source = `const key = '-----BEGIN ${'PRIVATE'} KEY-----'`
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ sourcesContent: [source] }),
      }
    },
  },
  {
    what: 'a ticket in a line of the log',
    foundBy: 'leaks-log',
    reply: (_reply, { headers, path }, { log }) => {
      const ticket = ticketIn(headers.cookie)
      if (ticket !== null) log(JSON.stringify({ level: 'debug', path, presented: ticket }))
    },
  },
  {
    what: 'a child’s action that only its parent’s loader guards',
    foundBy: 'access-effects',
    request: (passing, tools) => {
      if (passing.method === 'POST' && passing.path.startsWith('/admin/') && passing.path.includes('_routes='))
        asAdmin(passing, tools)
    },
  },
  {
    what: 'an admin’s page that everybody signed in may see',
    foundBy: 'access-matrix',
    request: (passing, tools) => {
      const isSignedIn = ticketIn(passing.headers.cookie) !== null
      if (isSignedIn && passing.method === 'GET' && /^\/admin\/users(\?|$)/.test(passing.path)) asAdmin(passing, tools)
    },
  },
  {
    what: 'data of a page that anybody may fetch',
    foundBy: 'access-matrix',
    request: (passing, tools) => {
      if (passing.method === 'GET' && passing.path === '/account.data') asAdmin(passing, tools)
    },
  },
  {
    what: 'projects that whoever knows the id can read',
    foundBy: 'access-ids',
    request: (passing, { memory }) => {
      const isCreation = passing.method === 'POST' && passing.path.startsWith('/dashboard')
      if (isCreation) memory.set('owner', passing.headers.cookie ?? '')
      const owner = memory.get('owner')
      if (passing.method === 'GET' && passing.path.startsWith('/projects/') && owner) passing.headers.cookie = owner
    },
  },
  { what: 'forms whose origin and value nobody checks', foundBy: 'csrf-matrix', request: withOwnValue },
  { what: 'sign-in forms that any site may send', foundBy: 'csrf-login', request: withOwnValue },
  {
    what: 'an origin that is compared by its beginning',
    foundBy: 'csrf-matrix',
    request: (passing) => {
      const own = `http://${passing.headers.host}`
      if (passing.headers.origin?.startsWith(own)) passing.headers.origin = own
    },
  },
  {
    what: 'a link that signs out',
    foundBy: 'safe-methods',
    request: async (passing, tools) => {
      if (passing.method !== 'GET' || !passing.path.startsWith('/logout')) return
      Object.assign(passing, { method: 'POST', path: '/logout' })
      passing.headers['content-type'] = 'application/x-www-form-urlencoded'
      await withOwnValue(passing, tools)
    },
  },
  {
    what: 'a private page that caches may keep',
    foundBy: 'caching',
    reply: (reply, { path }) => {
      if (path === '/account') reply.headers['cache-control'] = 'public, max-age=60'
    },
  },
  {
    what: 'an open redirect',
    foundBy: 'redirects',
    reply: (reply, { path }) => {
      const target = new URL(path, 'http://own.invalid').searchParams.get('redirectTo')
      if (reply.headers.location && target && /^[\x21-\x7e]+$/.test(target)) reply.headers.location = target
    },
  },
  {
    what: 'a policy that lets inline scripts run',
    foundBy: 'csp-evaluator',
    reply: (reply) => {
      const policy = String(reply.headers['content-security-policy'] ?? '')
      reply.headers['content-security-policy'] = policy.replace(/'nonce-[^']+'/, "'unsafe-inline'")
    },
  },
  { what: 'no policy at all', foundBy: 'csp-evaluator', ...withHeader('content-security-policy', null) },
  {
    what: 'a nonce that stays the same',
    foundBy: 'csp-nonce',
    reply: (reply) => {
      const policy = String(reply.headers['content-security-policy'] ?? '')
      reply.headers['content-security-policy'] = policy.replace(/'nonce-[^']+'/, "'nonce-AAAAAAAAAAAAAAAAAAAAAA=='")
      reply.body = reply.body.replaceAll(/nonce="[^"]+"/g, 'nonce="AAAAAAAAAAAAAAAAAAAAAA=="')
    },
  },
  { what: 'an inline script without a nonce', foundBy: 'csp-nonce', ...intoPages(() => '<script>1</script>') },
  {
    what: 'pages that may be framed',
    foundBy: 'header-frames',
    reply: (reply) => {
      const policy = String(reply.headers['content-security-policy'] ?? '')
      reply.headers['content-security-policy'] = policy.replace(/; frame-ancestors 'none'/, '')
    },
  },
  {
    what: 'answers whose type may be guessed',
    foundBy: 'header-nosniff',
    ...withHeader('x-content-type-options', null),
  },
  {
    what: 'addresses that are told to other sites',
    foundBy: 'header-referrer',
    ...withHeader('referrer-policy', 'unsafe-url'),
  },
  {
    what: 'windows that other sites may hold',
    foundBy: 'header-isolation',
    ...withHeader('cross-origin-opener-policy', null),
  },
  { what: 'a header that names the software', foundBy: 'header-software', ...withHeader('x-powered-by', 'Express') },
  {
    what: 'every origin let in, with credentials',
    foundBy: 'header-cors',
    reply: (reply, { headers }) => {
      reply.headers['access-control-allow-origin'] = headers.origin ?? '*'
      reply.headers['access-control-allow-credentials'] = 'true'
    },
  },
  {
    what: 'an error page with a stack',
    foundBy: 'error-pages',
    reply: (reply, { path }) => {
      if (path === '/nothing-of-the-kind') reply.body += '\nError: no route\n    at matchRoutes (router.js:10:3)'
    },
  },
  {
    what: 'a host that is believed',
    foundBy: 'hosts',
    request: (passing, { host }) => {
      passing.headers.host = host
    },
  },
  {
    what: 'a proxy on the machine that hides whom it asks for',
    foundBy: 'own-machine',
    request: ({ headers }) => {
      for (const name of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip', 'cf-connecting-ip']) delete headers[name]
    },
  },
  {
    what: 'TRACE, which repeats what was sent',
    foundBy: 'methods',
    instead: ({ method, headers }) =>
      method === 'TRACE' ? { status: 200, headers: {}, body: JSON.stringify(headers) } : undefined,
  },
  {
    what: 'no limit to wrong passwords',
    foundBy: 'sign-in-limit',
    reply: (reply) => {
      if (reply.status === 429) reply.status = 401
    },
  },
  {
    what: 'a body of DELETE that is read as another request',
    foundBy: 'one-call-one-request',
    reply: async (reply, { method, headers, body }, { forward }) => {
      if (method !== 'DELETE' || !body.startsWith('GET ')) return
      const { host, cookie = '' } = headers
      const other = await forward({ method: 'GET', path: '/bff/csrf', headers: { host, cookie }, body: '' })
      reply.body += `HTTP/1.1 ${other.status} OK\r\n\r\n${other.body}`
    },
  },
  {
    what: 'a download that goes on after its session has ended',
    foundBy: 'long-answers',
    // What is gathered first is sent whatever happens meanwhile.
    reply: () => {},
  },
  {
    what: 'bodies of any size',
    foundBy: 'body-limits',
    request: (passing) => {
      if (passing.body.length < 65_536) return
      passing.body = passing.body.slice(0, 400)
      delete passing.headers['content-length']
    },
  },
  {
    what: 'words that tell who has an account',
    foundBy: 'enumeration-words',
    reply: (reply, passing, { hasAccount }) => {
      if (passing.path !== '/bff/login' || reply.status !== 401) return
      if (hasAccount(emailIn(passing))) reply.body = reply.body.replace('}', ',"hint":"wrong password"}')
    },
  },
  {
    what: 'a password that is hashed only where there is an account',
    foundBy: 'enumeration-timing',
    instead: (passing, { hasAccount }) => {
      if (passing.path !== '/bff/login' || hasAccount(emailIn(passing))) return
      return {
        status: 401,
        headers: { 'content-type': 'application/problem+json' },
        body: '{"code":"invalid_credentials"}',
      }
    },
  },
  {
    what: 'a bound session that is served without the key of its device',
    foundBy: 'device-binding',
    reply: (reply, _, { memory }) => {
      for (const line of cookiesOf(reply)) {
        const [, ticket] = /^__Host-cloakroom-bound=([^;]+)/.exec(line) ?? []
        if (ticket !== undefined) memory.set('bound', ticket)
      }
    },
    request: (passing, { memory }) => {
      const ticket = memory.get('bound')
      const others = (passing.headers.cookie ?? '').replace(/;? ?__Host-cloakroom-bound=[^;]*/, '')
      if (ticket !== undefined) passing.headers.cookie = `${others}; __Host-cloakroom-bound=${ticket}`
    },
  },
  {
    what: 'an old ticket that goes on working beside its successor',
    foundBy: 'theft-drill',
    request: (passing, { memory }) => {
      const ticket = ticketIn(passing.headers.cookie)
      const newest = memory.get(ticket?.split('.')[1] ?? '')
      if (ticket && newest) passing.headers.cookie = passing.headers.cookie?.replace(ticket, newest)
    },
    reply: (reply, _passing, { memory }) => {
      const given = ticketIn(cookiesOf(reply).join('\n'))
      if (given) memory.set(given.split('.')[1] ?? '', given)
    },
  },
  {
    what: 'a session that starts with what was verified, whatever was taken away meanwhile',
    foundBy: 'verified-starts',
    reply: (reply, passing, { memory }) => {
      const given = ticketIn(cookiesOf(reply).join('\n'))
      if (given && passing.path === '/bff/login') memory.set(given, 'started')
    },
    instead: (passing, { memory }) => {
      const ticket = ticketIn(passing.headers.cookie)
      if (passing.path !== '/bff/user' || ticket === null || !memory.has(ticket)) return
      return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"user":{}}' }
    },
  },
  {
    what: 'a sign-out that loses to a confirmation under way',
    foundBy: 'verified-starts',
    request: ({ method, path }, { memory }) => {
      if (method === 'POST' && path === '/reauthenticate') memory.set('confirmation', 'under way')
    },
    instead: ({ method, path }, { memory }) => {
      if (method !== 'POST' || path !== '/logout' || !memory.has('confirmation')) return
      return { status: 303, headers: { location: '/' }, body: '' }
    },
  },
  {
    what: 'a request with the ticket of a replaced session that takes the cookie of its successor away',
    foundBy: 'replaced-tickets',
    reply: (reply, passing, { memory }) => {
      const held = ticketIn(passing.headers.cookie)?.split('.')[1] ?? ''
      const given = ticketIn(cookiesOf(reply).join('\n'))?.split('.')[1]
      if (given && held && given !== held) memory.set(held, 'replaced')
      else if (memory.has(held))
        reply.headers['set-cookie'] = [...cookiesOf(reply), `${ticketName}=; Max-Age=0; Path=/; Secure; HttpOnly`]
    },
  },
  {
    what: 'a list that shows all of its pages at once',
    foundBy: 'bounded-lists',
    reply: async (reply, passing, { forward }) => {
      if (!isPage(reply) || !passing.path.startsWith('/account/sessions')) return
      for (let page = 2; page <= 10; page++) {
        const next = await forward({ ...passing, path: `/account/sessions?page=${page}`, body: '' })
        const entries = /<article.*<\/article>/s.exec(next.body)?.[0] ?? ''
        reply.body = reply.body.replace('</main>', `${entries}</main>`)
      }
    },
  },
]

function emailIn({ body }: Passing): string {
  return new URLSearchParams(body).get('email') ?? ''
}
