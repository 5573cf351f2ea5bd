import { createIssuer } from '../../app/identity/index.server.ts'
import { loadSettings } from '../../app/kernel/index.server.ts'
import { closeStore, openStore } from '../../db/index.ts'
import { rowsOf, sessionOf } from './fixtures.ts'
import { baseSettings, type TestServer } from './server.ts'

/** An access token as the server itself would mint it for this person; it never leaves the server otherwise. */
export async function mintAccessToken(
  server: TestServer,
  email: string,
  env: Record<string, string> = {},
): Promise<string> {
  const settings = loadSettings({ NODE_ENV: 'test', ...baseSettings(server.port, server.dataDir), ...env })
  const database = await openStore({ url: settings.DATABASE_URL })
  try {
    const issuer = await createIssuer({ database, settings, record: () => undefined })
    const { user } = rowsOf(server, email)
    const session = sessionOf(server, email)
    if (!user) throw new Error('there is no such person')
    const { jwt } = await issuer.mintAccessToken({
      userId: user.id,
      email: user.email,
      name: 'Ada',
      roles: user.role === 'admin' ? ['user', 'admin'] : ['user'],
      sessionId: session.id,
      amr: ['pwd'],
      authenticatedAt: Date.now(),
    })
    return jwt
  } finally {
    await closeStore(database)
  }
}
