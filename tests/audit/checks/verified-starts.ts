import type { Person } from '../../support/fixtures.ts'
import type { AuditClient } from '../audit-client.ts'
import { check, type Observation, observe } from '../check.ts'
import type { AuditContext } from '../context.ts'

type Taking = { what: string; intent: string; undo?: string }

/** What takes away what a password is good for. None of them waits for the queue of password checks. */
const takings: Taking[] = [
  { what: 'an admin asks for a new password', intent: 'require-reset' },
  // Nobody disabled is served, whatever they hold: only afterwards can be seen whether a session has started.
  { what: 'an admin disables the account for a moment', intent: 'disable', undo: 'enable' },
]
/** As many as an account may have under way; more than are checked at a time, so that some still wait when it is taken away. */
const racers = 5

/** Whatever comes first, in the end nothing is open: a start is either ended by the change or refused after it. */
export default check({
  id: 'verified-starts',
  area: 'sessions',
  title: 'No session starts with what is taken away while it is checked',
  rules: ['ASVS 7.4.1', 'ASVS 7.4.2', 'ASVS 7.4.3', 'ASVS 15.4.2'],
  needs: ['store'],
  async *run(context) {
    for (const taking of takings) yield await raceSignIns(context, taking)
    yield await raceConfirmation(context)
  },
})

async function raceSignIns(context: AuditContext, { what, intent, undo }: Taking): Promise<Observation> {
  const { person } = await context.people.newcomer()
  const earlier = context.people.nobody('user')
  await (await preparedSignIn(earlier, person))()
  const browsers = Array.from({ length: racers }, () => context.people.nobody('user'))
  const starts = await Promise.all(browsers.map((browser) => preparedSignIn(browser, person)))
  const press = await preparedAdmin(context, person)
  const isIn = earlier.hasRefreshToken
  const signingIn = starts.map((start) => start())
  await press(intent)
  const statuses = (await Promise.all(signingIn)).map(({ status }) => status)
  if (undo !== undefined) await press(undo)
  const subject = `${racers} sign-ins under way while ${what}`
  return nobodyLeft(subject, [earlier, ...browsers], isIn, `sign-ins answered ${statuses.join(', ')}`)
}

/** The sign-out is sent second and checks no password: it comes while that of the confirmation is looked at. */
async function raceConfirmation({ people }: AuditContext): Promise<Observation> {
  const { client, person } = await people.newcomer()
  const other = client.clone()
  const csrf = await client.csrf()
  const isIn = (await client.get('/bff/user')).status === 200
  const confirming = client.post('/reauthenticate', { csrf, step_up_password: person.password })
  const signedOut = await other.post('/logout', { csrf })
  const confirmed = await confirming
  const observed = `the sign-out answered ${signedOut.status}, the confirmation ${confirmed.status}`
  return nobodyLeft('a confirmation under way while its session is signed out', [client, other], isIn, observed)
}

/** Who was not even signed in at first shows nothing. */
async function nobodyLeft(subject: string, browsers: AuditClient[], wasIn: boolean, observed: string) {
  const holders = browsers.filter((browser) => browser.hasRefreshToken)
  const answers = await Promise.all(holders.map((browser) => browser.get('/bff/user')))
  const alive = answers.filter(({ status }) => status === 200)
  const found = `${wasIn ? '' : 'nobody was signed in at first; '}${alive.length} sessions; ${observed}`
  return observe(subject, wasIn && alive.length === 0, 'no session is left', found, alive[0])
}

async function preparedSignIn(browser: AuditClient, { email, password }: Person) {
  const headers = { 'content-type': 'application/json', 'x-csrf-token': await browser.csrf() }
  const body = JSON.stringify({ email, password })
  return () => browser.request('POST', '/bff/login', { headers, body })
}

async function preparedAdmin(context: AuditContext, { email }: Person) {
  const admin = await context.people.as('admin', { fresh: true })
  const database = context.requireServer().openDatabase()
  const { id } = database.prepare('select id from users where email = ?').get(email) as { id: string }
  database.close()
  const csrf = await admin.csrf()
  return (intent: string) => admin.post(`/admin/users/${id}`, { csrf, intent, reason: 'drill' })
}
