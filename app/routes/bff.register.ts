import { guardEndpoint, parseInput, requireSignedIn, toSessionAnswer } from '../bff/index.server.ts'
import { registerInput } from '../contract/index.ts'

export const { loader, action } = guardEndpoint({
  access: 'public',
  POST: async ({ input, register }) => {
    const registered = requireSignedIn(await register(parseInput(registerInput, input)))
    return Response.json(toSessionAnswer(registered), { status: 201 })
  },
})
