import { guardEndpoint, toSessionAnswer } from '../bff/index.server.ts'

/** Refreshing happens on every request; this endpoint is for a script that has nothing else to ask. */
export const { loader, action } = guardEndpoint({
  access: 'user',
  POST: async (signedIn) => toSessionAnswer(signedIn),
})
