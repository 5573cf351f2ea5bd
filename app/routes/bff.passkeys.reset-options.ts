import { guardEndpoint, parseInput } from '../bff/index.server.ts'
import { codeInput } from '../contract/index.ts'
import { Problem } from '../kernel/index.ts'

/** What the browser's authenticator is asked before a new password, for whoever holds the code of the mail. */
export const { loader, action } = guardEndpoint({
  access: 'public',
  POST: async ({ input, recovery }) => {
    const result = await recovery.requestResetPasskey(parseInput(codeInput, input).code)
    if (result.kind === 'passkey-request') return result.request
    throw new Problem('unprocessable', { detail: 'The code from the mail does not work.' })
  },
})
