import { data, redirect } from '@remix-run/node'
import { Link, useActionData, useLoaderData } from '@remix-run/react'
import {
  forgetTrustedBrowsers,
  guardAction,
  guardLoader,
  type Principal,
  readFactors,
  removeApp,
  removePasskey,
  renamePasskey,
} from '../bff/index.server.ts'
import { AccountTabs } from '../components/account-tabs.tsx'
import { AlertNotice } from '../components/alert-notice.tsx'
import { type Done, withDone } from '../components/done-notice.tsx'
import { AppCard, PasskeyCard, RecoveryCodesCard, TrustedBrowsersCard } from '../components/factor-cards.tsx'
import { parseForm } from '../components/page-input.server.ts'
import { pageTitle } from '../components/page-title.ts'
import { renamePasskeyInput } from '../contract/index.ts'
import { Problem } from '../kernel/index.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'user' }, async ({ principal }) => readFactors(principal))

export const action = /* @__PURE__ */ guardAction({ access: 'user', fresh: true }, async ({ form, principal }) => {
  const change = changes.get(String(form.get('intent')))
  if (!change) throw new Problem('malformed_request', { detail: 'The form did not say what to do.' })
  const done = await change(principal, form)
  if (typeof done === 'string') return redirect(withDone('/account/security', done))
  return data({ refusal: done }, { status: 404 })
})

const gone = {
  message: 'That is not there any more, perhaps since you removed it in another tab. Nothing was changed.',
}

type Change = (principal: Principal, form: FormData) => Promise<Done | { message: string }>

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
      if (submission.status !== 'success') return { message: 'A name has 1 to 40 visible characters, in one line.' }
      const { id, name } = submission.value
      return (await renamePasskey(principal, id, name)) ? 'passkey-renamed' : gone
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

export const meta = pageTitle('Ways to sign in')

export default function Security() {
  const { totp, passkeys, recoveryCodesLeft } = useLoaderData<typeof loader>()
  const refusal = useActionData<typeof action>()?.refusal
  const hasFactor = totp !== null || passkeys.length > 0
  return (
    <>
      <h1>Ways to sign in</h1>
      <AccountTabs />
      <AlertNotice refusal={refusal} />
      <p className="lede">
        {hasFactor
          ? 'Your password alone is not enough: signing in asks for a second step, or for a passkey instead of both.'
          : 'Your password is all that is asked for. With a passkey or an authenticator app, knowing it is not enough.'}
      </p>
      <div className="stack">
        <section aria-labelledby="passkeys-title" className="stack">
          <h2 id="passkeys-title">Passkeys</h2>
          {passkeys.length === 0 ? <p className="quiet">None yet.</p> : null}
          <ul className="cards">
            {passkeys.map((passkey) => (
              <li key={passkey.id}>
                <PasskeyCard passkey={passkey} />
              </li>
            ))}
          </ul>
          <p>
            <Link className="button" to="/account/security/passkeys">
              Add a passkey
            </Link>
          </p>
        </section>
        <AppCard app={totp} />
        {hasFactor ? <RecoveryCodesCard left={recoveryCodesLeft} /> : null}
        {hasFactor ? <TrustedBrowsersCard /> : null}
      </div>
    </>
  )
}
