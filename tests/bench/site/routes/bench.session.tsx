import { guardLoader } from '../bff/index.server.ts'
import { openAccount } from '../open-data.server.ts'

export { default, ErrorBoundary, meta } from './account.tsx'

/** The account page for those who are signed in, without a call of the API. */
export const loader = /* @__PURE__ */ guardLoader({ access: 'user' }, async () => openAccount())
