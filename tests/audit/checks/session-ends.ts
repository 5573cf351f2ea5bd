import { signIn } from '../../support/fixtures.ts'
import { check, observeAnswer } from '../check.ts'
import type { AuditContext } from '../context.ts'
import type { Someone } from '../stage/people.ts'

const hour = 3_600_000
const day = 24 * hour

type End = { what: string; bring: (context: AuditContext, someone: Someone) => Promise<void> }

const ends: End[] = [
  { what: 'signing out', bring: async (_, { client }) => void (await client.clone().json('POST', '/bff/logout')) },
  {
    what: 'signing in again in the same browser',
    bring: async (_, { client, person }) => void (await client.clone().json('POST', '/bff/login', person)),
  },
  {
    what: 'an admin disables the account',
    bring: (context, someone) => byAdmin(context, someone, { intent: 'disable', reason: 'drill' }),
  },
  {
    what: 'an admin ends its sessions',
    bring: (context, someone) => byAdmin(context, someone, { intent: 'end-sessions' }),
  },
  {
    what: 'an admin asks for a new password',
    bring: (context, someone) => byAdmin(context, someone, { intent: 'require-reset' }),
  },
  {
    what: 'an admin deletes the account',
    bring: (context, someone) => byAdmin(context, someone, { intent: 'delete' }),
  },
  {
    what: 'a change of the password in another browser',
    bring: async (context, { person }) => {
      const other = context.people.nobody('user')
      await signIn(other, person)
      const password = `another ${crypto.randomUUID()} sentence`
      const page = await other.open('/account/password')
      const names = page.html.querySelectorAll('input[type=password]').map((input) => input.getAttribute('name') ?? '')
      await other.send(
        page,
        Object.fromEntries(names.map((name, index) => [name, index === 0 ? person.password : password])),
      )
    },
  },
  {
    what: 'twelve hours, when not kept signed in',
    bring: (context) => context.requireServer().advance(12 * hour + 1_000),
  },
]

export default check({
  id: 'session-ends',
  area: 'sessions',
  title: 'A session ends, at once and for every copy of its ticket, in each of the ways that are promised',
  rules: [
    'ASVS 7.3.1',
    'ASVS 7.3.2',
    'ASVS 7.4.1',
    'ASVS 7.4.2',
    'ASVS 7.4.3',
    'ASVS 7.4.5',
    'ASVS 8.3.2',
    'RFC 9700, 2.2.2',
  ],
  needs: ['store', 'clock'],
  async *run(context) {
    const rows: string[][] = []
    for (const { what, bring } of ends) {
      const someone = await context.people.newcomer()
      const before = await someone.client.get('/bff/user')
      const copy = someone.client.clone()
      await bring(context, someone)
      const after = await copy.get('/bff/user')
      rows.push([what, String(before.status), String(after.status)])
      yield observeAnswer(
        after,
        before.status === 200 && after.status === 401,
        `after ${what}: 401`,
        `${before.status} before, ${after.status} after`,
      )
    }
    yield* idle(context, rows)
    yield {
      kind: 'table',
      title: 'How sessions end',
      head: ['what happens', 'a copy of the ticket before', 'and after'],
      rows,
    }
  },
})

/** Kept sessions end when they are not used for three days, and after seven days whatever happens. */
async function* idle(context: AuditContext, rows: string[][]) {
  for (const [what, steps, last] of [
    ['three days without use, when kept signed in', [], 3 * day + hour],
    ['seven days of daily use, when kept signed in', Array<number>(6).fill(day), day + hour],
  ] as const) {
    const { person } = await context.people.newcomer()
    const client = context.people.nobody('user')
    await signIn(client, person, true)
    let before = await client.get('/bff/user')
    for (const step of steps) {
      await context.requireServer().advance(step)
      before = await client.get('/bff/user')
    }
    await context.requireServer().advance(last)
    const after = await client.get('/bff/user')
    rows.push([what, String(before.status), String(after.status)])
    yield observeAnswer(
      after,
      before.status === 200 && after.status === 401,
      `after ${what}: 401`,
      `${before.status} before, ${after.status} after`,
    )
  }
}

async function byAdmin(context: AuditContext, { person }: Someone, fields: Record<string, string>): Promise<void> {
  const admin = await context.people.as('admin', { fresh: true })
  const database = context.requireServer().openDatabase()
  const { id } = database.prepare('select id from users where email = ?').get(person.email) as { id: string }
  database.close()
  await admin.post(`/admin/users/${id}`, { csrf: await admin.csrf(), ...fields })
}
