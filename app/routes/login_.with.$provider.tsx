import { data, redirect, redirectDocument } from '@remix-run/node'
import { Link, useActionData } from '@remix-run/react'
import { beginAtProvider, guardAction, guardLoader } from '../bff/index.server.ts'
import { pageTitle } from '../components/layout/page-title.ts'
import { safePath } from '../http/index.server.ts'
import { t } from '../i18n/index.ts'
import { providerRefusal } from '../presenters/provider-refusals.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'optional' }, async () => {
  throw redirect('/login')
})

export const action = /* @__PURE__ */ guardAction({ access: 'optional' }, async ({ form, params, principal }) => {
  const redirectTo = safePath(form.get('redirectTo')?.toString())
  if (principal) return redirect(redirectTo)
  const remember = form.get('remember') === 'on'
  const begun = await beginAtProvider(params.provider, { redirectTo, remember, link: null })
  if (begun.kind === 'begun') return redirectDocument(begun.url)
  const { status, message } = providerRefusal(begun)
  return data({ message }, { status })
})

export const meta = pageTitle(() => t('Sign in'))

/** Shown only when the provider cannot be reached. */
export default function SignInElsewhere() {
  const answer = useActionData<typeof action>()
  return (
    <section className="narrow ticket" aria-labelledby="with-title">
      <h1 id="with-title">{t('That did not work')}</h1>
      <p role="alert">{answer && 'message' in answer ? answer.message : null}</p>
      <p className="aside">
        <Link to="/login">{t('Back to sign-in')}</Link>
      </p>
    </section>
  )
}
