import { sealData, unsealData } from 'iron-session'
import { answerFor, person } from './person.ts'

const password = 'a password of the benchmark that guards nothing'
const name = 'iron'

type Sealed = Parameters<typeof answerFor>[0]

/** The session itself, encrypted in a cookie: nothing is stored, and nothing can be ended before its time. */
export async function ironCookie(): Promise<string> {
  const session: Sealed = { id: 'a'.repeat(22), email: person.email, name: person.name, createdAt: 1_790_000_000_000 }
  return `${name}=${await sealData(session, { password })}`
}

export async function readIron(cookie: string | null): Promise<ReturnType<typeof answerFor>> {
  const seal = (cookie ?? '').slice(name.length + 1)
  const session = await unsealData<Sealed>(seal, { password })
  if (session.id === undefined) throw new Response(null, { status: 401 })
  return answerFor(session as Sealed)
}
