import { type Client, refreshCookieName } from './browser-client.ts'
import type { TestServer } from './server.ts'

/**
 * Whether a browser whose session has ended still holds its cookie for a minute, while the cookie of another sign-in may be on its
 * way, and loses it with the next page after that. Moves the clock on by a minute.
 */
export async function losesCookieAfterAMinute(server: Pick<TestServer, 'advance'>, client: Client): Promise<boolean> {
  await client.get('/account')
  const isHeld = client.jar.find(refreshCookieName) !== null
  await server.advance(61_000)
  await client.get('/account')
  return isHeld && client.jar.find(refreshCookieName) === null
}
