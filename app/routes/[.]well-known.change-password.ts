import { redirect } from '@remix-run/node'
import { guardEndpoint } from '../bff/index.server.ts'

/** Where password managers send people to change their password (W3C, A Well-Known URL for Changing Passwords). */
export const { loader, action } = guardEndpoint({
  access: 'public',
  GET: async () => redirect('/account/password', { headers: { 'Cache-Control': 'public, max-age=3600' } }),
})
