import { createContext, useContext } from 'react'
import { useCurrentSession } from '../session/current-user.ts'
import { useNonce } from './nonce.tsx'

/** The text of a page's first script. Provided on the server only: a browser has run it before it reads this. */
export const FirstScriptContext = createContext('')

/** Listens for other tabs, for a page that is brought back and for what is typed, before any other script is there. */
export function FirstScript() {
  const nonce = useNonce()
  const text = useContext(FirstScriptContext)
  const { userId } = useCurrentSession()
  return (
    <script
      nonce={nonce}
      data-person={userId ?? undefined}
      suppressHydrationWarning
      // biome-ignore lint/security/noDangerouslySetInnerHtml: our own text, the same on every page
      dangerouslySetInnerHTML={{ __html: text }}
    />
  )
}
