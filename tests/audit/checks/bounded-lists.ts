import { crowdStatements } from '../../support/crowded-tables.ts'
import { check, observe, observeAnswer } from '../check.ts'
import type { AuditContext } from '../context.ts'
import { addressOf } from '../stage/declared-routes.ts'
import type { Someone } from '../stage/people.ts'

const rows = 500
/** Entries of lists on one page; the longest list asks for 100 at most. */
const mostEntries = 150

export default check({
  id: 'bounded-lists',
  area: 'input',
  title:
    'However much one account holds, no page lists more than a part of it, and its live sessions stay below the cap',
  rules: ['ASVS 7.1.2', 'ASVS 15.1.3', 'ASVS 15.2.2'],
  needs: ['store'],
  async *run(context) {
    const someone = await context.people.newcomer()
    crowd(context, someone)
    for (const route of context.routes) {
      if (route.access.GET !== 'user') continue
      const answer = await someone.client.get(addressOf(route, 'document'))
      const entries = answer.html.querySelectorAll('main article, main li, main tbody tr').length
      yield observeAnswer(answer, entries <= mostEntries, `at most ${mostEntries} entries`, `${entries} entries`)
    }
    const other = context.people.nobody('user')
    await other.submit('/login', { email: someone.person.email, password: someone.person.password })
    const alive = countLive(context, someone)
    yield observe('live sessions of the account after one more sign-in', alive <= 100, 'at most 100', `${alive}`)
  },
})

function crowd(context: AuditContext, { person }: Someone): void {
  const database = context.requireServer().openDatabase()
  const owner = database.prepare('select id, number from users where email = ?').get(person.email)
  const statements = crowdStatements(owner as { id: string; number: number }, rows, Date.now())
  // Passkeys and codes would ask for a second step that nobody here can do.
  const listed = statements.filter((statement) => /insert into (sessions|projects|security_events) /.test(statement))
  for (const statement of listed) database.prepare(statement).run()
  database.close()
}

function countLive(context: AuditContext, { person }: Someone): number {
  const database = context.requireServer().openDatabase()
  const row = database
    .prepare(`select count(*) as alive from sessions where revoked_at is null
      and user_number = (select number from users where email = ?)`)
    .get(person.email) as { alive: number }
  database.close()
  return Number(row.alive)
}
