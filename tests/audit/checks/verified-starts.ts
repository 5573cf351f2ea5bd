import type { Person } from '../../support/fixtures.ts'
import type { AuditClient } from '../audit-client.ts'
import { check, observe } from '../check.ts'
import type { AuditContext } from '../context.ts'

/** What takes away what a password is good for. None of them waits for the queue of password checks. */
const takings = [
  { what: 'an admin asks for a new password', intent: 'require-reset' },
  { what: 'an admin disables the account', intent: 'disable' },
]
/** As many as an account may have under way; more than are checked at a time, so that some still wait when it is taken away. */
const racers = 5

/** Whatever comes first, in the end nothing is open: a sign-in is either ended by the change or refused after it. */
export default check({
  id: 'verified-starts',
  area: 'sessions',
  title: 'No session starts with a password that is taken away while it is checked',
  rules: ['ASVS 7.4.2', 'ASVS 7.4.3', 'ASVS 15.4.2'],
  needs: ['store'],
  async *run(context) {
    for (const { what, intent } of takings) {
      const { person } = await context.people.newcomer()
      const earlier = context.people.nobody('user')
      await (await preparedSignIn(earlier, person))()
      const browsers = Array.from({ length: racers }, () => context.people.nobody('user'))
      const starts = await Promise.all(browsers.map((browser) => preparedSignIn(browser, person)))
      const take = await preparedTaking(context, person, intent)
      const signingIn = starts.map((start) => start())
      await take()
      const statuses = (await Promise.all(signingIn)).map(({ status }) => status)
      const holders = [earlier, ...browsers].filter((browser) => browser.hasRefreshToken)
      const alive = (await Promise.all(holders.map((browser) => browser.get('/bff/user')))).filter(
        ({ status }) => status === 200,
      )
      const observed = `${alive.length} of ${holders.length} sessions; sign-ins answered ${statuses.join(', ')}`
      const subject = `${racers} sign-ins under way while ${what}`
      yield observe(subject, alive.length === 0, 'no session is left', observed, alive[0])
    }
  },
})

async function preparedSignIn(browser: AuditClient, { email, password }: Person) {
  const headers = { 'content-type': 'application/json', 'x-csrf-token': await browser.csrf() }
  const body = JSON.stringify({ email, password })
  return () => browser.request('POST', '/bff/login', { headers, body })
}

async function preparedTaking(context: AuditContext, { email }: Person, intent: string) {
  const admin = await context.people.as('admin', { fresh: true })
  const database = context.requireServer().openDatabase()
  const { id } = database.prepare('select id from users where email = ?').get(email) as { id: string }
  database.close()
  const fields = { csrf: await admin.csrf(), intent, reason: 'drill' }
  return () => admin.post(`/admin/users/${id}`, fields)
}
