import { getIssuerMetadata, guardEndpoint } from '../bff/index.server.ts'

/** Authorization server metadata (RFC 8414). */
export const { loader, action } = guardEndpoint({
  access: 'public',
  GET: async () => Response.json(getIssuerMetadata(), { headers: { 'Cache-Control': 'public, max-age=300' } }),
})
