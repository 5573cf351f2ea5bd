import { guardEndpoint } from '../bff/index.server.ts'

export const { loader, action } = guardEndpoint({
  access: 'optional',
  // A script that signs somebody out may lead them to their provider as well.
  POST: async ({ signOut }) => {
    const providerLogoutUrl = await signOut()
    return providerLogoutUrl === null ? undefined : { providerLogoutUrl }
  },
})
