import type { LoaderFunctionArgs } from '@remix-run/node'
import { declareAccess } from './bff/access.server.ts'
import { guardLoader } from './bff/index.server.ts'
import { openRoot } from './open-data.server.ts'
import { loader as siteLoader } from './site-root.tsx'

export { default, ErrorBoundary, Layout, links, meta } from './site-root.tsx'

const openLoader = /* @__PURE__ */ guardLoader({ access: 'public' }, async () => openRoot())

/** The site's own root, save that an open page of the benchmark shows a person without looking anybody up. */
export const loader = /* @__PURE__ */ declareAccess(
  (args: LoaderFunctionArgs) => (args.request.url.includes('/bench/open') ? openLoader(args) : siteLoader(args)),
  { access: 'optional', methods: ['GET', 'HEAD'] },
)
