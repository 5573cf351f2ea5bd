import { finishSecondStep, guardEndpoint, parseInput, requireProved, toSessionAnswer } from '../bff/index.server.ts'
import { verifyInput } from '../contract/index.ts'

/** The second step of a sign-in, for scripts: a code, or what an authenticator signed. */
export const { loader, action } = guardEndpoint({
  access: 'public',
  POST: async ({ input }) => {
    const { trust, ...given } = parseInput(verifyInput, input)
    const proof = 'code' in given ? { code: given.code } : { response: given.credential }
    const signedIn = requireProved(await finishSecondStep({ proof, trust }))
    const left = signedIn.recoveryCodesLeft
    return { ...toSessionAnswer(signedIn), ...(left === null ? {} : { recovery_codes_left: left }) }
  },
})
