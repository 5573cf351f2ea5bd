import { check, observe } from '../check.ts'
import { liveThroughSession, type Step } from '../stage/flows.ts'

const sessionOf = (ticket: string | null) => ticket?.split('.')[1] ?? null
/** Letters and a hash would do; the report shows no ticket and no session id. */
const nameOf = (names: Map<string, string>, ticket: string | null) => {
  const id = sessionOf(ticket)
  if (id === null) return 'none'
  const name = names.get(id) ?? `session ${String.fromCharCode(65 + names.size)}`
  names.set(id, name)
  return name
}

export default check({
  id: 'cookie-lifecycle',
  area: 'cookies',
  title: 'Each sign-in makes a new session and ends the one before; sign-out is final',
  rules: ['ASVS 7.2.4', 'ASVS 7.4.1', 'ASVS 10.4.9', 'RFC 9700, 4.14'],
  async *run(context) {
    const names = new Map<string, string>()
    const rows: string[][] = []
    for (const step of await liveThroughSession(context)) {
      const oldWorks = step.copyWorks
      const expectsNone = step.what === 'sign-out'
      const changed = sessionOf(step.before) !== sessionOf(step.after)
      const isSound = changed && !oldWorks && (step.after === null) === expectsNone
      rows.push([
        step.what,
        nameOf(names, step.before),
        nameOf(names, step.after),
        lifeOf(step),
        oldWorks ? 'works' : 'dead',
      ])
      const observed = `${changed ? 'another' : 'the same'} session, the copy of the old ticket ${oldWorks ? 'works' : 'is dead'}`
      yield observe(
        step.what,
        isSound,
        expectsNone ? 'no session; the copy is dead' : 'another session; the copy is dead a minute later',
        observed,
        step.answer,
      )
    }
    yield {
      kind: 'table',
      title: 'The ticket through the life of an account',
      head: ['step', 'before', 'after', 'life of the new cookie', 'a copy of the old ticket'],
      rows,
    }
  },
})

function lifeOf({ answer }: Step): string {
  const line = answer.setCookies.find((each) => each.startsWith('__Host-Http-cloakroom=')) ?? ''
  const seconds = /Max-Age=(\d+)/.exec(line)?.[1]
  if (line === '') return 'not set'
  if (seconds === undefined) return 'ends with the browser'
  return seconds === '0' ? 'cleared' : `${(Number(seconds) / 86_400).toFixed(1)} days`
}
