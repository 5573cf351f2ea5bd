import { guardEndpoint, requestProofPasskey } from '../bff/index.server.ts'

/** What the browser's authenticator is asked to confirm that it is still the person of this session. */
export const { loader, action } = guardEndpoint({
  access: 'user',
  POST: async ({ principal }) => requestProofPasskey(principal),
})
