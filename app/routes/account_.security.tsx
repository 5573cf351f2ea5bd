import { data, redirect, redirectDocument } from '@remix-run/node'
import { Link, useActionData, useLoaderData } from '@remix-run/react'
import {
  beginAtProvider,
  forgetTrustedBrowsers,
  guardAction,
  guardLoader,
  listIdentities,
  listProviders,
  type Principal,
  readFactors,
  removeApp,
  removePasskey,
  renamePasskey,
  unlinkIdentity,
} from '../bff/index.server.ts'
import { AccountTabs } from '../components/account/account-tabs.tsx'
import { AppCard, PasskeyCard, RecoveryCodesCard, TrustedBrowsersCard } from '../components/account/factor-cards.tsx'
import { IdentityCards } from '../components/account/identity-cards.tsx'
import { AlertNotice } from '../components/layout/alert-notice.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { renamePasskeyInput } from '../contract/index.ts'
import { message, type PlainMessage, t } from '../i18n/index.ts'
import { Problem } from '../kernel/index.ts'
import { type Done, withDone } from '../presenters/notices.server.ts'
import { parseForm } from '../presenters/page-input.server.ts'
import { providerRefusal } from '../presenters/provider-refusals.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'user' }, async ({ principal }) => ({
  ...(await readFactors(principal)),
  identities: await listIdentities(principal),
  providers: listProviders(),
}))

export const action = /* @__PURE__ */ guardAction({ access: 'user', fresh: true }, async ({ form, principal }) => {
  if (form.get('intent') === 'link-provider') return link(principal, String(form.get('id')))
  const change = changes.get(String(form.get('intent')))
  if (!change) throw new Problem('malformed_request', { detail: 'The form did not say what to do.' })
  const done = await change(principal, form)
  if (typeof done === 'string') return redirect(withDone('/account/security', done))
  return data({ refusal: { message: t(done.message) } }, { status: done === lastWayIn ? 409 : 404 })
})

const gone = {
  message: message('That is not there any more, perhaps since you removed it in another tab. Nothing was changed.'),
}

const lastWayIn = {
  message: message('Without it nobody could sign in to this account. Choose a password or add a passkey first.'),
}

/** Leaves for the provider; what it answers comes back to the page for its answers. */
async function link(principal: Principal, providerId: string) {
  const begun = await beginAtProvider(providerId, { redirectTo: '/account/security', remember: false, link: principal })
  if (begun.kind === 'begun') return redirectDocument(begun.url)
  const { status, message: words } = providerRefusal(begun)
  return data({ refusal: { message: words } }, { status })
}

type Change = (principal: Principal, form: FormData) => Promise<Done | { message: PlainMessage }>

const changes: ReadonlyMap<string, Change> = /* @__PURE__ */ new Map<string, Change>([
  ['remove-app', async (principal) => ((await removeApp(principal)) ? 'app-removed' : gone)],
  [
    'remove-passkey',
    async (principal, form) => ((await removePasskey(principal, String(form.get('id')))) ? 'passkey-removed' : gone),
  ],
  [
    'rename-passkey',
    async (principal, form) => {
      const submission = parseForm(form, renamePasskeyInput)
      if (submission.status !== 'success')
        return { message: message('A name has 1 to 40 visible characters, in one line.') }
      const { id, name } = submission.value
      return (await renamePasskey(principal, id, name)) ? 'passkey-renamed' : gone
    },
  ],
  [
    'unlink-provider',
    async (principal, form) => {
      const { kind } = await unlinkIdentity(principal, String(form.get('id')))
      if (kind === 'last-way-in') return lastWayIn
      return kind === 'unlinked' ? 'provider-unlinked' : gone
    },
  ],
  [
    'forget-browsers',
    async (principal) => {
      await forgetTrustedBrowsers(principal)
      return 'browsers-forgotten'
    },
  ],
])

export const meta = pageTitle(() => t('Ways to sign in'))

export default function Security() {
  const { totp, passkeys, recoveryCodesLeft, identities, providers } = useLoaderData<typeof loader>()
  const refusal = useActionData<typeof action>()?.refusal
  const hasFactor = totp !== null || passkeys.length > 0
  return (
    <>
      <h1>{t('Ways to sign in')}</h1>
      <AccountTabs />
      <AlertNotice refusal={refusal} />
      <p className="lede">
        {hasFactor
          ? t('Your password alone is not enough: signing in asks for a second step, or for a passkey instead of both.')
          : t(
              'Your password is all that is asked for. With a passkey or an authenticator app, knowing it is not enough.',
            )}
      </p>
      <div className="stack">
        <section aria-labelledby="passkeys-title" className="stack">
          <h2 id="passkeys-title">{t('Passkeys')}</h2>
          {passkeys.length === 0 ? <p className="quiet">{t('None yet.')}</p> : null}
          <ul className="cards">
            {passkeys.map((passkey) => (
              <li key={passkey.id}>
                <PasskeyCard passkey={passkey} />
              </li>
            ))}
          </ul>
          <p>
            <Link className="button" to="/account/security/passkeys">
              {t('Add a passkey')}
            </Link>
          </p>
        </section>
        <AppCard app={totp} />
        <IdentityCards identities={identities} providers={providers} />
        {hasFactor ? <RecoveryCodesCard left={recoveryCodesLeft} /> : null}
        {hasFactor ? <TrustedBrowsersCard /> : null}
      </div>
    </>
  )
}
