import type { LinksFunction } from '@remix-run/node'
import { Links, LiveReload, Meta, Outlet, Scripts, ScrollRestoration } from '@remix-run/react'
import type { ReactNode } from 'react'
import { guardLoader, toSessionAnswer } from './bff/index.server.ts'
import type { RootData } from './components/current-user.ts'
import { useNonce } from './components/nonce.tsx'
import { pageTitle } from './components/page-title.ts'
import { SessionWatch } from './components/session-watch.tsx'
import { SiteFrame } from './components/site-frame.tsx'
import appCss from './styles/app.css'

export { ProblemBoundary as ErrorBoundary } from './components/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader(
  { access: 'optional' },
  async ({ principal, session, csrfToken }): Promise<RootData> => {
    if (principal === null || session === null) return { user: null, expiresInSeconds: 0, csrf: null }
    const { user, expires_in: expiresInSeconds } = toSessionAnswer({ principal, session })
    return { user, expiresInSeconds, csrf: csrfToken() }
  },
)

export const links: LinksFunction = () => [
  { rel: 'stylesheet', href: appCss },
  { rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' },
]

export const meta = pageTitle('Cloakroom')

export function Layout({ children }: { children: ReactNode }) {
  const nonce = useNonce()
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" content="#f5efe4" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#1a1715" media="(prefers-color-scheme: dark)" />
        <Meta />
        <Links />
      </head>
      <body>
        <SiteFrame>{children}</SiteFrame>
        <SessionWatch />
        <ScrollRestoration nonce={nonce} />
        <Scripts nonce={nonce} />
        <LiveReload nonce={nonce} />
      </body>
    </html>
  )
}

export default function App() {
  return <Outlet />
}
