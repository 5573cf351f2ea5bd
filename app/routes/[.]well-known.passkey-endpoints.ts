import { getPasskeyEndpoints, guardEndpoint } from '../bff/index.server.ts'

/** Where passkeys are added and managed, for password managers (W3C, "A Well-Known URL for Relying Party Passkey Endpoints"). */
export const { loader, action } = guardEndpoint({ access: 'public', GET: async () => getPasskeyEndpoints() })
