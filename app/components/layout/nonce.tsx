import { createContext, useContext } from 'react'

/** The nonce of this response's content security policy. Provided on the server only; a browser hides it from scripts. */
export const NonceContext = createContext('')

/** The nonce for a `<script>` that this page writes; empty in the browser. */
export function useNonce(): string {
  return useContext(NonceContext)
}
