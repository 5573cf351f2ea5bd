import { guardEndpoint, toSessionAnswer } from '../bff/index.server.ts'

/** Who is signed in, and until when. */
export const { loader, action } = guardEndpoint({
  access: 'user',
  GET: async (signedIn) => toSessionAnswer(signedIn),
})
