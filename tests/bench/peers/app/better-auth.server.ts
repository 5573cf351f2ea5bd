import { type BetterAuth, createBetterAuth, signInToBetterAuth } from '../auth/better-auth.ts'
import { answerFor } from '../auth/person.ts'

const baseURL = `http://localhost:${process.env.PORT}`
const file = process.env.PEERS_STORE ?? ''

/** Both read the same store; they differ in whether they look into it. */
export const plain = await createBetterAuth(file, baseURL, false)
export const cached = await createBetterAuth(file, baseURL, true)

export const plainCookie = () => signInToBetterAuth(plain, baseURL)
export const cachedCookie = () => signInToBetterAuth(cached, baseURL)

export async function readSession(auth: BetterAuth, headers: Headers) {
  const found = await auth.api.getSession({ headers })
  if (!found) throw new Response(null, { status: 401 })
  return answerFor(found.user)
}
