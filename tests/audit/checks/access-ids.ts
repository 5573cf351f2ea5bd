import { createProject } from '../../support/fixtures.ts'
import { check, observeAnswer } from '../check.ts'

export default check({
  id: 'access-ids',
  area: 'access',
  title: 'Ids of other people’s things answer like ids that do not exist',
  rules: ['ASVS 8.2.2', 'ASVS 8.3.3', 'RFC 9110, 15.5.5'],
  async *run({ people }) {
    const owner = await people.newcomer('the owner')
    const id = await createProject(owner.client, 'a project of somebody else')
    const { client } = await people.newcomer()
    const csrf = await client.csrf()
    const never = 'AAAAAAAAAAAAAAAAAAAAAA'
    const plain = (text: string) =>
      text.replaceAll(id, never).replaceAll(/reference[^,}]*|[\w-]{12}(?="|<)|nonce="[^"]*"/gi, '')
    for (const suffix of ['', '.data']) {
      const [other, none] = [
        await client.get(`/projects/${id}${suffix}`),
        await client.get(`/projects/${never}${suffix}`),
      ]
      const isAlike = other.status === none.status && other.status >= 400 === (suffix === '')
      const isSound = (isAlike || other.status === none.status) && !other.body.includes('a project of somebody else')
      yield observeAnswer(other, isSound, `like one that does not exist: ${none.status}`, other.status)
      yield observeAnswer(
        other,
        Math.abs(plain(other.body).length - plain(none.body).length) < 64,
        'the same words',
        `${other.body.length} and ${none.body.length} letters`,
      )
    }
    for (const intent of ['delete', 'change', 'archive']) {
      const fields = { csrf, intent, name: 'x', description: '' }
      const [other, none] = [
        await client.post(`/projects/${id}`, fields),
        await client.post(`/projects/${never}`, fields),
      ]
      yield observeAnswer(
        other,
        other.status === none.status && other.status === 404,
        '404 like one that does not exist',
        other.status,
      )
    }
    const still = await owner.client.get(`/projects/${id}`)
    yield observeAnswer(still, still.status === 200, 'the owner still has it', still.status)
  },
})
