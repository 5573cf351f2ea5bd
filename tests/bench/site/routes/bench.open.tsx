import { guardLoader } from '../bff/index.server.ts'
import { openAccount } from '../open-data.server.ts'

export { default, ErrorBoundary, meta } from './account.tsx'

/** The account page as anybody may see it: nobody is looked up, nothing is asked of the API. */
export const loader = /* @__PURE__ */ guardLoader({ access: 'public' }, async () => openAccount())
