import { createProject, rowsOf } from '../../support/fixtures.ts'
import { pictureOf } from '../../support/store-picture.ts'
import { check, observe } from '../check.ts'
import type { AuditContext } from '../context.ts'
import type { Role, Someone } from '../stage/people.ts'

const variants = ['', '.data', '?index', '.data?index']
const childOf = (id: string) => `.data?_routes=${encodeURIComponent(id)}`

export default check({
  id: 'access-effects',
  area: 'access',
  title: 'The store, not the status, shows that nobody changes what is not theirs, by whatever way in',
  rules: ['ASVS 8.2.1', 'ASVS 8.2.2', 'ASVS 8.2.3', 'ASVS 8.3.1', 'ASVS 15.3.3'],
  needs: ['store'],
  async *run(context) {
    const victim = await context.people.newcomer('the victim')
    const projectId = await createProject(victim.client, 'nobody else reads this')
    const server = context.requireServer()
    const victimId = rowsOf(server, victim.person.email).user?.id ?? ''
    for (const role of context.people.roles.filter((each) => each !== 'admin')) {
      const { client, csrf } = await visitorOf(context, role)
      for (const [path, route, fields] of attacksOn(victimId, projectId)) {
        for (const variant of [...variants, childOf(route)]) {
          const before = JSON.stringify(pictureOf(server))
          const answer = await client.post(`${path}${variant}`, { csrf, ...fields }, { drop: true })
          const isSame = JSON.stringify(pictureOf(server)) === before
          const subject = `${role}: POST ${path}${variant} with ${fields.intent}`
          yield observe(
            subject,
            isSame,
            'nothing changes',
            isSame ? `nothing changed (${answer.status})` : 'the store changed',
            answer,
          )
        }
      }
      const shown = await client.get(`/projects/${projectId}`, { drop: true })
      const isShown = shown.body.includes('nobody else reads this')
      yield observe(
        `${role}: reading somebody's project`,
        !isShown,
        'is not shown',
        isShown ? 'shown' : 'not shown',
        shown,
      )
    }
    yield* worksForAdmin(context, victim, victimId)
  },
})

function attacksOn(userId: string, projectId: string): [path: string, route: string, fields: Record<string, string>][] {
  return [
    ...['disable', 'promote', 'delete'].map((intent): [string, string, Record<string, string>] => [
      '/admin/users',
      'routes/admin.users',
      { intent, id: userId },
    ]),
    [`/admin/users/${userId}`, 'routes/admin.users_.$id', { intent: 'disable', reason: 'because' }],
    ...['change', 'archive', 'delete'].map((intent): [string, string, Record<string, string>] => [
      `/projects/${projectId}`,
      'routes/projects.$id',
      { intent, name: 'taken over', description: 'taken over', ownerId: 'me', role: 'admin' },
    ]),
  ]
}

async function visitorOf(context: AuditContext, role: Role) {
  const client = await context.people.as(role)
  if (role !== 'disabled') return { client, csrf: await client.csrf() }
  const visitor = context.people.nobody('disabled')
  const csrf = await visitor.csrf()
  visitor.jar.put('__Host-Http-cloakroom', client.refreshToken)
  // The session of a disabled account ends when it is met; that is no effect of what follows.
  await visitor.get('/bff/user', { drop: true })
  return { client: visitor, csrf }
}

/** Without this, requests that do nothing at all would pass for refused ones. */
async function* worksForAdmin(context: AuditContext, victim: Someone, id: string) {
  const admin = await context.people.as('admin', { fresh: true })
  const answer = await admin.post('/admin/users', { csrf: await admin.csrf(), intent: 'disable', id }, { drop: true })
  const isDone = rowsOf(context.requireServer(), victim.person.email).user?.disabled_at !== null
  yield observe(
    'the very same request of an admin',
    isDone,
    'has its effect',
    `${isDone ? 'has' : 'has not'} (${answer.status})`,
    answer,
  )
  const next = await victim.client.get('/bff/user', { drop: true })
  yield observe('the next request of who was disabled', next.status === 401, '401', next.status, next)
}
