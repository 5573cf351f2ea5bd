import { check, observeAnswer } from '../check.ts'

export default check({
  id: 'csrf-login',
  area: 'csrf',
  title: 'Nobody is signed in to somebody else’s account by a foreign form',
  rules: ['ASVS 3.5.1', 'ASVS 7.6.2', 'RFC 9700, 4.7'],
  async *run({ people }) {
    const { person } = await people.newcomer('the attacker')
    const attackersValue = await people.nobody('the attacker').csrf()
    const visited = people.nobody('a visitor', 'plain')
    await visited.get('/login')
    for (const path of ['/login', '/login.data', '/bff/login']) {
      for (const victim of [people.nobody('a stranger', 'plain'), visited]) {
        const fields = { csrf: attackersValue, email: person.email, password: person.password }
        const answer = await victim.post(path, fields, { drop: true })
        const isSignedIn = answer.setCookies.some((line) => line.startsWith('__Host-Http-cloakroom='))
        yield observeAnswer(
          answer,
          answer.status === 403 && !isSignedIn,
          '403 without a ticket',
          `${answer.status}${isSignedIn ? ', signed in' : ''}`,
        )
      }
    }
  },
})
