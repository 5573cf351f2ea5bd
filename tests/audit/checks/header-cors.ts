import { check, observeAnswer } from '../check.ts'

const origins = ['https://evil.example', 'null']
const paths = ['/bff/user', '/bff/csrf', '/bff/login', '/dashboard', '/dashboard.data', '/.well-known/jwks.json']

export default check({
  id: 'header-cors',
  area: 'headers',
  title: 'No other origin may read an answer',
  rules: ['ASVS 3.4.2', 'ASVS 3.5.2', 'Fetch, CORS protocol'],
  async *run({ people }) {
    const client = await people.as(people.roles.includes('user') ? 'user' : 'anonymous')
    for (const origin of origins) {
      for (const path of paths) {
        for (const method of ['GET', 'OPTIONS']) {
          const asked: Record<string, string> = method === 'OPTIONS' ? { 'access-control-request-method': 'POST' } : {}
          const answer = await client.request(method, path, { drop: true, headers: { origin, ...asked } })
          const granted = Object.entries(answer.headers).filter(([name]) => name.startsWith('access-control-'))
          yield observeAnswer(answer, granted.length === 0, 'no Access-Control header', Object.fromEntries(granted))
        }
      }
    }
  },
})
