import { decode, encode } from '@auth/core/jwt'
import { answerFor, person } from './person.ts'

const salt = 'authjs.session-token'
const secret = 'a secret of the benchmark, which guards nothing at all'

/** The session itself as an encrypted JWT in a cookie: nothing is stored, and nothing can be ended before its time. */
export async function authJsCookie(): Promise<string> {
  const token = { sub: 'a'.repeat(22), email: person.email, name: person.name, createdAt: 1_790_000_000_000 }
  return `${salt}=${await encode({ token, secret, salt })}`
}

export async function readAuthJs(cookie: string | null): Promise<ReturnType<typeof answerFor>> {
  const token = await decode({ token: (cookie ?? '').slice(salt.length + 1), secret, salt })
  if (!token) throw new Response(null, { status: 401 })
  const { sub, email, name, createdAt } = token as { sub: string; email: string; name: string; createdAt: number }
  return answerFor({ id: sub, email, name, createdAt })
}
