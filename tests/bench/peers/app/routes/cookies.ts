import { json } from '@remix-run/node'
import { authJsCookie } from '../../auth/auth-js.ts'
import { ironCookie } from '../../auth/iron.ts'
import { cachedCookie, plainCookie } from '../better-auth.server.ts'

/** Signs the person in everywhere and hands out the cookies: for the benchmark alone. */
export const loader = async () => {
  const [betterAuth, betterAuthCached, iron, authJs] = [
    await plainCookie(),
    await cachedCookie(),
    await ironCookie(),
    await authJsCookie(),
  ]
  return json({ betterAuth, betterAuthCached, iron, authJs })
}
