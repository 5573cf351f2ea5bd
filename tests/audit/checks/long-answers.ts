import { request } from 'node:http'
import { check, observe } from '../check.ts'
import type { AuditContext } from '../context.ts'
import type { Someone } from '../stage/people.ts'

/** More events than all buffers on the way hold. */
const count = 30_000

/** A download that nobody reads beyond its first bytes is still in its middle when the session ends. */
export default check({
  id: 'long-answers',
  area: 'sessions',
  title: 'An answer that lasts ends with its session, in its middle and so that it is seen',
  rules: ['ASVS 7.4.1', 'ASVS 7.4.2', 'ASVS 8.3.2'],
  needs: ['store'],
  async *run(context) {
    fillEvents(context)
    for (const [what, end] of ends) {
      const admin = await newAdmin(context)
      const ending = await readSlowly(context.origin, admin, () => end(context, admin))
      yield observe(`a download, then ${what}`, ending === 'broken off', 'broken off', ending)
    }
  },
})

const ends: [what: string, end: (context: AuditContext, someone: Someone) => Promise<void> | void][] = [
  ['its admin signs out', async (_, { client }) => void (await client.clone().json('POST', '/bff/logout'))],
  ['its admin is made a user', (context, someone) => setRole(context, someone, 'user')],
]

async function newAdmin(context: AuditContext): Promise<Someone> {
  const someone = await context.people.newcomer('admin')
  setRole(context, someone, 'admin')
  return someone
}

function setRole(context: AuditContext, { person }: Someone, role: string): void {
  const database = context.requireServer().openDatabase()
  database.prepare('update users set role = ? where email = ?').run(role, person.email)
  database.close()
}

function fillEvents(context: AuditContext): void {
  const database = context.requireServer().openDatabase()
  const insert = `insert into security_events (created_at, keep_until, type, outcome, agent)
    select i, 9000000000000000, 'keys.retired', 'success', '${'x'.repeat(250)}' from n`
  database.prepare(`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count}) ${insert}`).run()
  database.close()
}

/** Reads the first bytes, has the session end, and reads on. */
function readSlowly(origin: string, { client }: Someone, end: () => Promise<void> | void): Promise<string> {
  return new Promise((resolve) => {
    const url = `${origin}/admin/events/export?format=json&type=keys.retired`
    const outgoing = request(url, { agent: false, headers: { cookie: client.jar.header() ?? '' } }, (incoming) => {
      if (incoming.statusCode !== 200) resolve(`answered ${incoming.statusCode}`)
      incoming.once('data', async () => {
        incoming.pause()
        await end()
        incoming.resume()
      })
      incoming.on('error', () => {})
      incoming.on('close', () => resolve(incoming.complete ? 'whole' : 'broken off'))
    })
    outgoing.on('error', () => resolve('broken off'))
    outgoing.end()
  })
}
