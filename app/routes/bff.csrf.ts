import { guardEndpoint } from '../bff/index.server.ts'

/** The value that a script sends back as `X-CSRF-Token`, and the cookie that it is bound to. */
export const { loader, action } = guardEndpoint({
  access: 'optional',
  GET: async ({ csrfToken }) => ({ csrf: csrfToken() }),
})
