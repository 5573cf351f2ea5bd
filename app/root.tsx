import type { LinksFunction } from '@remix-run/node'
import { Links, LiveReload, Meta, Outlet, Scripts, ScrollRestoration } from '@remix-run/react'
import type { ReactNode } from 'react'
import { guardLoader, readPreferences, toSessionAnswer } from './bff/index.server.ts'
import { FirstScript } from './components/layout/first-script.tsx'
import { useNonce } from './components/layout/nonce.tsx'
import { pageTitle } from './components/layout/page-title.ts'
import { usePreferences } from './components/layout/preferences-context.tsx'
import { SiteFrame } from './components/layout/site-frame.tsx'
import type { RootData } from './components/session/current-user.ts'
import { SessionWatch } from './components/session/session-watch.tsx'
import { currentLanguage, wordsPath } from './i18n/index.ts'
import { doneWords } from './presenters/notices.server.ts'
import appCss from './styles/app.css'

export { ProblemBoundary as ErrorBoundary } from './components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader(
  { access: 'optional' },
  async ({ url, principal, session, csrfToken }): Promise<RootData> => {
    const page = { preferences: readPreferences(), notice: doneWords(url.searchParams.get('done')) }
    if (principal === null || session === null) return { user: null, expiresInSeconds: 0, csrf: null, ...page }
    const { user, expires_in: expiresInSeconds } = toSessionAnswer({ principal, session })
    return { user, expiresInSeconds, csrf: csrfToken(), ...page }
  },
)

export const links: LinksFunction = () => [
  { rel: 'stylesheet', href: appCss },
  { rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' },
]

export const meta = pageTitle(() => 'Cloakroom')

export function Layout({ children }: { children: ReactNode }) {
  const nonce = useNonce()
  const { theme } = usePreferences()
  const words = wordsPath()
  return (
    <html lang={currentLanguage()} data-theme={theme ?? undefined}>
      <head>
        <meta charSet="utf-8" />
        <FirstScript />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content={theme ?? 'light dark'} />
        <ThemeColors theme={theme} />
        {words === null ? null : <link id="words" rel="preload" as="fetch" crossOrigin="anonymous" href={words} />}
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

const headerColors = { light: '#fffcf6', dark: '#25211d' }

/** The colour of the header, for what a browser draws around the page. */
function ThemeColors({ theme }: { theme: keyof typeof headerColors | null }) {
  if (theme !== null) return <meta name="theme-color" content={headerColors[theme]} />
  return (
    <>
      <meta name="theme-color" content={headerColors.light} media="(prefers-color-scheme: light)" />
      <meta name="theme-color" content={headerColors.dark} media="(prefers-color-scheme: dark)" />
    </>
  )
}

export default function App() {
  return <Outlet />
}
