import { endByProvider, guardServerCall } from '../bff/index.server.ts'

/** Where a provider says that somebody has signed out there (OpenID Connect Back-Channel Logout 1.0, 2.5). */
export const { loader, action } = guardServerCall(async (form, { params }) =>
  endByProvider(params.provider, String(form.get('logout_token') ?? '')),
)
