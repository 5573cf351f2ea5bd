import { check, observeAnswer } from '../check.ts'

const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' }

export default check({
  id: 'body-limits',
  area: 'input',
  title: 'Bodies are limited in size, type and form',
  rules: ['ASVS 15.2.2', 'ASVS 15.3.7', 'RFC 9110, 15.5.14'],
  async *run({ people }) {
    const client = people.nobody()
    const csrf = await client.csrf()
    const post = (body: string, headers: Record<string, string>) =>
      client.request('POST', '/bff/login', { body, headers: { 'x-csrf-token': csrf, ...headers }, drop: true })
    const cases: [what: string, status: number, body: string, headers: Record<string, string>][] = [
      ['more than 64 KiB', 413, `email=${'x'.repeat(66_000)}`, urlencoded],
      ['a field that comes twice', 400, 'email=a%40example.com&email=b%40example.com&password=x', urlencoded],
      ['broken UTF-8', 400, 'email=%ff%fe&password=x', urlencoded],
      ['no JSON', 400, '{"email":', { 'content-type': 'application/json' }],
      ['a type that is not asked for', 415, '<a/>', { 'content-type': 'text/xml' }],
      ['plain text, which needs no preflight', 415, '{"email":"a@example.com"}', { 'content-type': 'text/plain' }],
    ]
    for (const [what, status, body, headers] of cases) {
      const answer = await post(body, headers)
      yield observeAnswer(answer, answer.status === status, `${what}: ${status}`, answer.status)
    }
  },
})
