import { pictureOf } from '../../support/store-picture.ts'
import { check, observe } from '../check.ts'
import { addressOf } from '../stage/declared-routes.ts'

export default check({
  id: 'safe-methods',
  area: 'csrf',
  title: 'No GET changes anything, whatever its query says',
  rules: ['ASVS 3.5.3', 'RFC 9110, 9.2.1'],
  needs: ['store'],
  async *run(context) {
    const server = context.requireServer()
    const client = await context.people.as('admin', { fresh: true })
    const csrf = await client.csrf()
    const { userId } = { userId: pictureOf(server).users.map((row) => (row as { id: string }).id)[0] ?? '' }
    const query = new URLSearchParams({ csrf, intent: 'delete', id: userId, name: 'x', email: 'x@example.com' })
    for (const route of context.routes) {
      const before = JSON.stringify(pictureOf(server))
      const answer = await client.get(`${addressOf(route, 'document')}?${query}`, { drop: true })
      const isSame = JSON.stringify(pictureOf(server)) === before
      yield observe(
        `GET ${route.path}?intent=delete…`,
        isSame,
        'nothing changes',
        isSame ? 'nothing changed' : 'the store changed',
        answer,
      )
    }
    const after = await client.get('/bff/user')
    yield observe('who asked for all of that', after.status === 200, 'is still signed in', after.status, after)
  },
})
