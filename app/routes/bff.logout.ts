import { guardEndpoint } from '../bff/index.server.ts'

export const { loader, action } = guardEndpoint({
  access: 'optional',
  POST: async ({ signOut }) => signOut(),
})
