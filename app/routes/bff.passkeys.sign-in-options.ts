import { guardEndpoint, requestSignInPasskey } from '../bff/index.server.ts'

/** What the browser's authenticator is asked for a sign-in by passkey: a challenge for this browser, good for once. */
export const { loader, action } = guardEndpoint({ access: 'public', POST: async () => requestSignInPasskey() })
