import { createProject } from '../../support/fixtures.ts'
import { check, observe } from '../check.ts'
import { liveThroughSession } from '../stage/flows.ts'
import { searchSecrets, spellingsOf } from '../stage/secret-search.ts'

export default check({
  id: 'leaks-answers',
  area: 'leaks',
  title: 'No byte that reached a browser holds a ticket outside its cookie, a JWT, a key, a password or a hash',
  rules: ['ASVS 10.1.1', 'ASVS 3.3.4', 'ASVS 14.2.6', 'ASVS 15.3.1', 'RFC 10017, 6.1'],
  async *run(context) {
    const { client } = await context.people.newcomer()
    const canary = `canary ${crypto.randomUUID()} in a project`
    await createProject(client, canary)
    await client.get('/dashboard')
    await context.survey()
    await liveThroughSession(context)
    const places = context.transcript.answers.map((answer) => {
      const { 'set-cookie': _cookies, ...headers } = answer.headers
      return { where: `${answer.path} (${answer.status})`, text: `${JSON.stringify(headers)}\n${answer.body}` }
    })
    const { found, bytes } = searchSecrets(places, context.transcript.secrets)
    yield observe(`${places.length} answers, ${bytes} bytes`, found.length === 0, 'no secret', found.slice(0, 20))
    const seen = searchSecrets(places, new Map([[canary, 'the canary']])).found.length
    yield observe(
      'a canary that was planted as the name of a project',
      seen > 0,
      'is found in the pages that show it',
      `found ${seen} times`,
    )
    const spellings = spellingsOf('correct horse battery')
    const spelled = spellings.filter(
      (text) =>
        searchSecrets([{ where: '', text: `x${text}x` }], new Map([['correct horse battery', 'p']])).found.length > 0,
    )
    yield observe(
      'a canary in each encoding',
      spelled.length === spellings.length,
      `${spellings.length} of them`,
      `${spelled.length} found`,
    )
    yield { kind: 'note', text: `${bytes.toLocaleString('en')} bytes of ${places.length} answers were searched.` }
  },
})
