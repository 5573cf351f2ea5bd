import { check, observeAnswer } from '../check.ts'

export default check({
  id: 'hosts',
  area: 'input',
  title: 'Only the configured host is answered, and no header moves it',
  rules: ['RFC 9110, 7.4', 'ASVS 15.3.4'],
  async *run({ people }) {
    for (const host of ['evil.example', 'localhost', 'localhost:1', 'cloakroom.example.evil.example']) {
      const answer = await people.nobody().get('/', { headers: { host } })
      const isSound = answer.status === 421 && !answer.body.includes('evil.example')
      yield observeAnswer(answer, isSound, '421 and no echo of the host', `${host}: ${answer.status}`)
    }
    for (const name of ['x-forwarded-host', 'x-host', 'forwarded']) {
      const answer = await people.nobody().get('/forgot', { headers: { [name]: 'host=evil.example' } })
      const isSound = answer.status === 200 && !answer.bytes.includes('evil.example')
      yield observeAnswer(answer, isSound, `${name} is not repeated`, answer.status)
    }
  },
})
