import { createRequire } from 'node:module'
import session from 'express-session'
import { person } from './auth/person.ts'
import { SqliteSessions } from './auth/sqlite-sessions.ts'

// What remix-serve is made of (compression, a line of log for each request, the framework's handler), and express-session
// in front: remix-serve itself takes no middleware. `POST /sign-in` starts a session; there is nothing to check in a
// benchmark of reading it.

const [, , build = ''] = process.argv
// They come with remix-serve, of which they are parts.
const serve = createRequire(createRequire(import.meta.url).resolve('@remix-run/serve/package.json'))
const express = serve('express')
const { createRequestHandler } = serve('@remix-run/express')
const user = { ...person, id: 'a'.repeat(22), createdAt: 1_790_000_000_000, password: undefined }

const app = express()
app.disable('x-powered-by')
app.use(serve('compression')())
app.use(serve('morgan')('tiny'))
app.use(
  session({
    store: new SqliteSessions(process.env.PEERS_STORE ?? ''),
    secret: 'a secret of the benchmark, which guards nothing at all',
    resave: false,
    saveUninitialized: false,
  }),
)
type Incoming = { session: { user?: typeof user } }
app.post('/sign-in', (request: Incoming, response: { end: () => void }) => {
  request.session.user = user
  response.end()
})
app.all(
  '*',
  createRequestHandler({
    build: await import(build),
    mode: 'production',
    getLoadContext: (request: Incoming) => ({ user: request.session.user }),
  }),
)
app.listen(Number(process.env.PORT), '127.0.0.1')
