import { guardEndpoint, parseInput, requireSignedIn, toSessionAnswer } from '../bff/index.server.ts'
import { loginInput } from '../contract/index.ts'

export const { loader, action } = guardEndpoint({
  access: 'public',
  POST: async ({ input, signIn }) => toSessionAnswer(requireSignedIn(await signIn(parseInput(loginInput, input)))),
})
