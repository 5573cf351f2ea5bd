import { getSecurityText, guardEndpoint } from '../bff/index.server.ts'

/** Whom to tell about a weakness (RFC 9116); nothing is here while `SECURITY_CONTACT` is unset. */
export const { loader, action } = guardEndpoint({
  access: 'public',
  GET: async () =>
    new Response(getSecurityText(), {
      headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'public, max-age=86400' },
    }),
})
