import { guardEndpoint, parseInput, requireProved, signInWithPasskey, toSessionAnswer } from '../bff/index.server.ts'
import { passkeySignInInput } from '../contract/index.ts'

/** Signs in by passkey alone. A passkey that is not known here and one that does not fit are answered alike. */
export const { loader, action } = guardEndpoint({
  access: 'public',
  POST: async ({ input }) => {
    const { credential, remember } = parseInput(passkeySignInInput, input)
    return toSessionAnswer(requireProved(await signInWithPasskey({ response: credential, remember })))
  },
})
