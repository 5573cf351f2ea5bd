import { data, redirect } from '@remix-run/node'
import { Link, useLoaderData } from '@remix-run/react'
import { completeAtProvider, guardLoader } from '../bff/index.server.ts'
import { pageTitle } from '../components/layout/page-title.ts'
import { t } from '../i18n/index.ts'
import { withDone } from '../presenters/notices.server.ts'
import { providerRefusal } from '../presenters/provider-refusals.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

/** Where providers send browsers back to (RFC 6749, 4.1.2). An answer is good for once, in the browser that asked. */
export const loader = /* @__PURE__ */ guardLoader({ access: 'optional' }, async ({ params, principal }) => {
  const result = await completeAtProvider(params.provider)
  if (result.kind === 'signed-in') throw redirect(result.redirectTo)
  if (result.kind === 'second-factor-required') {
    throw redirect(`/login/verify?${new URLSearchParams({ redirectTo: result.redirectTo })}`)
  }
  if (result.kind === 'linked') throw redirect(withDone(result.redirectTo, 'provider-linked'))
  const { status, message } = providerRefusal(result)
  return data({ message, isSignedIn: principal !== null }, { status })
})

export const meta = pageTitle(() => t('Sign in'))

/** Shown only when nobody was signed in. */
export default function ProviderAnswer() {
  const { message, isSignedIn } = useLoaderData<typeof loader>()
  return (
    <section className="narrow ticket" aria-labelledby="answer-title">
      <h1 id="answer-title">{t('That did not work')}</h1>
      <p role="alert">{message}</p>
      <p className="aside">
        {isSignedIn ? (
          <Link to="/account/security">{t('Ways to sign in')}</Link>
        ) : (
          <Link to="/login">{t('Back to sign-in')}</Link>
        )}
      </p>
    </section>
  )
}
