import { check, observeAnswer } from '../check.ts'

export default check({
  id: 'methods',
  area: 'input',
  title: 'Methods that nobody needs are refused, and nothing overrides one',
  rules: ['ASVS 13.4.4', 'ASVS 3.5.3', 'RFC 9110, 9.3.8'],
  async *run({ people }) {
    const client = people.nobody()
    for (const method of ['TRACE', 'OPTIONS', 'PROPFIND', 'PUT', 'PATCH', 'DELETE']) {
      for (const path of ['/', '/login', '/bff/user', '/favicon.svg']) {
        const answer = await client.request(method, path, { drop: true, headers: { 'x-probe': 'seen-by-trace' } })
        const isSound = answer.status === 405 && !answer.body.includes('seen-by-trace')
        yield observeAnswer(answer, isSound, '405 and no echo', `${method}: ${answer.status}`)
      }
    }
    const override = await client.get('/bff/logout', { headers: { 'x-http-method-override': 'POST' } })
    yield observeAnswer(override, override.status === 405, '405, whatever overrides are sent', override.status)
  },
})
