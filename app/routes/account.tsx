import { Link, useLoaderData } from '@remix-run/react'
import { guardLoader } from '../bff/index.server.ts'
import { AccountTabs } from '../components/account-tabs.tsx'
import { pageTitle } from '../components/page-title.ts'
import { SignOutForm } from '../components/sign-out-form.tsx'
import { lengthInWords, Timestamp } from '../components/timestamp.tsx'
import { me } from '../contract/index.ts'
import { agentName } from '../http/index.server.ts'
import { now } from '../kernel/index.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'user' }, async ({ api, session }) => ({
  me: await api.get('/users/me', me),
  session: {
    createdAt: session.createdAt,
    expiresAt: session.expiresAt,
    remaining: lengthInWords(session.expiresAt - now()),
    persistent: session.persistent,
    browser: agentName(session.agent),
    address: session.address,
  },
}))

export const meta = pageTitle('Account')

export default function Account() {
  const { me, session } = useLoaderData<typeof loader>()
  return (
    <>
      <h1>Account</h1>
      <AccountTabs />
      <div className="columns">
        <section className="card" aria-labelledby="you-title">
          <h2 id="you-title">You</h2>
          <dl className="pairs">
            <dt>Name</dt>
            <dd>{me.name}</dd>
            <dt>Email address</dt>
            <dd>
              {me.email} <Link to="/account/address">Change address</Link>
            </dd>
            <dt>Password</dt>
            <dd>
              <Link to="/account/password">Change password</Link>
            </dd>
            <dt>Roles</dt>
            <dd>{me.roles.join(', ')}</dd>
            <dt>Here since</dt>
            <dd>
              <Timestamp at={me.createdAt} only="date" />
            </dd>
          </dl>
        </section>
        <section className="card ticket" aria-labelledby="session-title">
          <h2 id="session-title">This session</h2>
          <dl className="pairs">
            <dt>Signed in</dt>
            <dd>
              <Timestamp at={session.createdAt} />
            </dd>
            <dt>Browser</dt>
            <dd>{session.browser}</dd>
            <dt>Network address</dt>
            <dd>{session.address}</dd>
            <dt>Ends</dt>
            <dd>
              <Timestamp at={session.expiresAt} />, in {session.remaining}; sooner if you stay away for long
            </dd>
            <dt>When you close the browser</dt>
            <dd>{session.persistent ? 'You stay signed in' : 'You are signed out'}</dd>
          </dl>
          <SignOutForm />
        </section>
      </div>
    </>
  )
}
