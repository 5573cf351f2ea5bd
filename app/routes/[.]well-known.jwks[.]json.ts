import { getKeySet, guardEndpoint } from '../bff/index.server.ts'

/** The public keys of access tokens (RFC 7517). Caches may keep them: the next key is published long before it signs. */
export const { loader, action } = guardEndpoint({
  access: 'public',
  GET: async () => Response.json(await getKeySet(), { headers: { 'Cache-Control': 'public, max-age=300' } }),
})
