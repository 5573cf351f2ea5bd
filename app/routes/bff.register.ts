import { guardEndpoint, parseInput, requireSignedIn, toSessionAnswer } from '../bff/index.server.ts'
import { registerInput } from '../contract/index.ts'

export const { loader, action } = guardEndpoint({
  access: 'public',
  POST: async ({ input, register }) => {
    const result = await register(parseInput(registerInput, input))
    if (result.kind === 'mail-sent') return Response.json({ sent: true }, { status: 202 })
    return Response.json(toSessionAnswer(requireSignedIn(result)), { status: 201 })
  },
})
