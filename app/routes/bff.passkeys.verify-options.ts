import { guardEndpoint, requestStepPasskey } from '../bff/index.server.ts'

/** What the browser's authenticator is asked in the second step of a sign-in. */
export const { loader, action } = guardEndpoint({ access: 'public', POST: async () => requestStepPasskey() })
