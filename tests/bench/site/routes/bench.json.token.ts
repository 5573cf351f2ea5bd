import { guardEndpoint } from '../bff/index.server.ts'
import { me } from '../contract/index.ts'

/** An access token is minted, the API verifies it and reads the account. */
export const { loader, action } = guardEndpoint({ access: 'user', GET: async ({ api }) => api.get('/users/me', me) })
