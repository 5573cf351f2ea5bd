import { challengeIn, DeviceKey, refreshWith, registerWith } from '../../support/device-key.ts'
import { check, observeAnswer } from '../check.ts'

/** Longer than a ticket of the key and the grace after it. */
const overMs = 10 * 60_000 + 11_000

export default check({
  id: 'device-binding',
  area: 'sessions',
  title: 'Copied cookies of a session that is bound to a device open nothing once its ticket has ended',
  rules: ['W3C Device Bound Session Credentials', 'RFC 9700, 4.14.2', 'ASVS 10.4.5'],
  needs: ['clock'],
  async *run(context) {
    const server = context.requireServer()
    const { client: owner } = await context.people.newcomer('the owner')
    const invitation = owner.history.find(({ headers }) => headers['secure-session-registration'] !== undefined)
    if (!invitation) throw new Error('no sign-in was answered with an invitation to bind the session')
    const key = await DeviceKey.create()
    const forged = await registerWith(owner, await key.introduce(challengeIn(invitation), { typ: 'JWT' }))
    yield observeAnswer(forged, forged.status === 403, 'a proof of another type: 403', forged.status)
    const registered = await key.register(owner, invitation)
    yield observeAnswer(registered, registered.status === 200, 'a key is registered: 200', registered.status)
    const other = await (await DeviceKey.create()).register(owner, invitation)
    yield observeAnswer(other, other.status === 403, 'a second key is not: 403', other.status)
    await owner.get('/bff/user')
    const thief = owner.clone()
    const early = await thief.get('/bff/user')
    yield observeAnswer(early, early.status === 200, 'a copy of all cookies works while the ticket lasts', early.status)
    await server.advance(overMs)
    const proof = await key.prove(key.challenge)
    const renewed = await refreshWith(owner, key.bindingId, proof)
    yield observeAnswer(renewed, renewed.status === 200, 'a use of the key gets the next ticket: 200', renewed.status)
    const replayed = await refreshWith(thief.clone(), key.bindingId, proof)
    yield observeAnswer(replayed, replayed.status === 403, 'the same proof once more does not: 403', replayed.status)
    for (const expected of [307, 403]) {
      const answer = await thief.get('/bff/user')
      yield observeAnswer(answer, answer.status === expected, `the copy is turned away: ${expected}`, answer.status)
    }
    const after = await owner.get('/bff/user')
    yield observeAnswer(after, after.status === 200, 'the owner goes on', after.status)
  },
})
