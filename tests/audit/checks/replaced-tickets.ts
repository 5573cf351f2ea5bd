import type { Answer } from '../../support/answer.ts'
import { refreshCookieName } from '../../support/browser-client.ts'
import type { Person } from '../../support/fixtures.ts'
import type { AuditClient } from '../audit-client.ts'
import { check, observeAnswer } from '../check.ts'

const renewals: [what: string, renew: (client: AuditClient, person: Person) => Promise<Answer>][] = [
  [
    'another sign-in in the same browser',
    (client, { email, password }) => client.json('POST', '/bff/login', { email, password }),
  ],
  ['a confirmation', (client, { password }) => client.submit('/reauthenticate', { step_up_password: password })],
  [
    'a new password',
    (client, { password: current }) =>
      client.submit('/account/password', { current, password: `another ${crypto.randomUUID()} sentence` }),
  ],
]

/** Where a tab may still be asking with what it held before. */
const asks = ['/', '/dashboard', '/dashboard.data', '/bff/user', '/login']

/** Its answer may come after the one with the new cookie, and a browser does what the last one says. */
export default check({
  id: 'replaced-tickets',
  area: 'sessions',
  title: 'A request with the ticket of a session that was just replaced takes no cookie away',
  rules: ['ASVS 7.2.4', 'RFC 6265, 5.3'],
  async *run({ people }) {
    for (const [what, renew] of renewals) {
      const { client, person } = await people.newcomer()
      const before = client.clone()
      const renewed = await renew(client, person)
      const isRenewed = client.refreshToken.split('.')[1] !== before.refreshToken.split('.')[1]
      yield observeAnswer(renewed, isRenewed, `${what} gives another session`, isRenewed ? 'another' : 'the same')
      for (const path of asks) {
        const answer = await before.get(path, { drop: true })
        const lines = answer.setCookies.filter((line) => line.startsWith(`${refreshCookieName}=`))
        const observed = lines.length === 0 ? 'left alone' : 'changed or cleared'
        yield observeAnswer(answer, lines.length === 0, `after ${what} the cookie is left alone`, observed)
      }
      const after = await client.get('/bff/user')
      yield observeAnswer(after, after.status === 200, `after ${what} one is signed in`, after.status)
    }
  },
})
