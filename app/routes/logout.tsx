import { redirect, redirectDocument } from '@remix-run/node'
import { guardAction, guardLoader } from '../bff/index.server.ts'
import { pageTitle } from '../components/layout/page-title.ts'
import { t } from '../i18n/index.ts'

// A page, although it shows nothing of its own: a refused sign-out has to be explained in one.
export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'optional' }, async ({ principal }) => {
  throw redirect(principal ? '/account' : '/')
})

export const action = /* @__PURE__ */ guardAction({ access: 'optional' }, async ({ signOut }) => {
  const providerUrl = await signOut()
  return providerUrl === null ? redirect('/login?why=signed-out') : redirectDocument(providerUrl)
})

export const meta = pageTitle(() => t('Sign out'))

export default function SignOut() {
  return null
}
