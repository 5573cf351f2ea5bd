import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pictureOf } from '../../support/store-picture.ts'
import { check, observe, observeAnswer } from '../check.ts'
import { opens } from '../stage/flows.ts'

const tooOld = 11 * 60_000
const app = resolve(import.meta.dirname, '../../../app')

export default check({
  id: 'step-up',
  area: 'sessions',
  title: 'What is sensitive asks for a proof again when the last one is older than ten minutes, and renews the session',
  rules: ['ASVS 7.5.1', 'ASVS 7.5.2', 'ASVS 7.5.3', 'ASVS 7.2.4'],
  needs: ['store', 'clock'],
  async *run(context) {
    const server = context.requireServer()
    const { client, person } = await context.people.newcomer()
    const admin = await context.people.as('admin', { fresh: true })
    await server.advance(tooOld)
    const sensitive = context.routes.filter(
      ({ id, access }) => access.POST && id !== 'routes/reauthenticate' && isSensitive(id),
    )
    yield observe(
      'routes that ask for a fresh proof',
      sensitive.length >= 5,
      'at least five',
      sensitive.map(({ path }) => path).join(', '),
    )
    for (const { path, access } of sensitive) {
      const before = JSON.stringify(pictureOf(server))
      const visitor = access.POST === 'admin' ? admin : client
      const address = path.replaceAll(/:\w+/g, 'AAAAAAAAAAAAAAAAAAAAAA')
      const answer = await visitor.post(address, { csrf: await visitor.csrf(), intent: 'delete' })
      const isSame = JSON.stringify(pictureOf(server)) === before
      const isAsked = answer.status === 403 && answer.body.includes('step_up_password')
      yield observeAnswer(
        answer,
        isAsked && isSame,
        'asks for a proof, nothing changes',
        `${answer.status}${isSame ? '' : ', the store changed'}`,
      )
    }
    const file = await client.get('/account/export')
    yield observeAnswer(
      file,
      file.target?.startsWith('/reauthenticate') === true,
      'the export leads to the page that asks',
      file.target ?? file.status,
    )
    const old = client.refreshToken
    const wrong = await client.post('/reauthenticate', {
      csrf: await client.csrf(),
      step_up_password: 'not it at all',
      redirectTo: '/account',
    })
    yield observeAnswer(
      wrong,
      wrong.status === 403 && client.refreshToken === old,
      'a wrong password renews nothing',
      wrong.status,
    )
    const page = await client.get('/reauthenticate?redirectTo=/account')
    const right = await client.send(page, { step_up_password: person.password })
    const isNew = client.refreshToken.split('.')[1] !== old.split('.')[1]
    yield observeAnswer(
      right,
      right.status === 302 && isNew,
      'the right one gives another session',
      `${right.status}, ${isNew ? 'another' : 'the same'} session`,
    )
    const works = await opens(context, old)
    yield observe('a copy of the ticket from before', !works, 'is dead', works ? 'works' : 'is dead')
  },
})

/** Read from the source, so that a route that becomes sensitive is looked at from then on. */
function isSensitive(id: string): boolean {
  const paths = [`${id}.tsx`, `${id}.ts`].map((name) => join(app, name))
  return paths.some((path) => {
    try {
      return /guardAction\(\s*\{[^}]*fresh: true/.test(readFileSync(path, 'utf8'))
    } catch {
      return false
    }
  })
}
