import { data } from '@remix-run/node'
import { Link, useActionData, useLoaderData } from '@remix-run/react'
import {
  guardAction,
  guardLoader,
  inspectAccess,
  inspectBrowser,
  inspectSession,
  playScenario,
  requireScenario,
} from '../bff/index.server.ts'
import { AccountTabs } from '../components/account/account-tabs.tsx'
import { PostForm } from '../components/forms/post-form.tsx'
import { SubmitButton } from '../components/forms/submit-button.tsx'
import { FactList } from '../components/inspector/fact-list.tsx'
import { InspectorFigure } from '../components/inspector/inspector-figure.tsx'
import { SessionFacts, SessionTimeline, useLiveSession } from '../components/inspector/live-session.tsx'
import { SandboxResult } from '../components/inspector/sandbox-result.tsx'
import { ScriptView } from '../components/inspector/script-view.tsx'
import { AlertNotice } from '../components/layout/alert-notice.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { RichWords } from '../components/text/rich-words.tsx'
import { problemHeaders } from '../http/index.server.ts'
import { t } from '../i18n/index.ts'
import { Problem } from '../kernel/index.ts'
import { accessInWords, cookiesInWords } from '../presenters/inspector.server.ts'
import { sessionView } from '../presenters/inspector-view.server.ts'
import { sentenceOf } from '../presenters/page-input.server.ts'
import { runInWords, scenariosInWords } from '../presenters/sandbox.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'user' }, async ({ principal, session, api }) => {
  const access = await inspectAccess(api)
  const inspection = await inspectSession(principal, session)
  return {
    browser: cookiesInWords(inspectBrowser(), inspection),
    access: access && accessInWords(access),
    session: sessionView(inspection),
    scenarios: scenariosInWords(),
  }
})

/** Plays a scenario in a session that is nobody's. */
export const action = /* @__PURE__ */ guardAction({ access: 'user' }, async ({ principal, form }) => {
  try {
    return data({ run: runInWords(await playScenario(principal, requireScenario(form.get('intent')))), refusal: null })
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'too_many_requests') throw error
    const answer = { run: null, refusal: { message: sentenceOf(error) } }
    return data(answer, { status: error.status, headers: problemHeaders(error) })
  }
})

export const meta = pageTitle(() => t('What goes on here'))

export default function Inspector() {
  const { browser, access, session, scenarios } = useLoaderData<typeof loader>()
  const live = useLiveSession(session)
  return (
    <>
      <h1>{t('What goes on here')}</h1>
      <AccountTabs />
      <Introduction />
      <div className="columns section">
        <Browser browser={browser} />
        <section className="stack" aria-labelledby="server-title">
          <h2 id="server-title">{t('What the server holds')}</h2>
          <SessionFacts facts={live.view.facts} />
          <Access access={access} />
        </section>
      </div>
      <SessionTimeline live={live} />
      <Sandbox scenarios={scenarios} />
    </>
  )
}

function Introduction() {
  return (
    <section className="columns columns-middle" aria-label={t('In short')}>
      <div className="prose">
        <p className="lede">{t('Your browser holds a ticket; the coat stays behind the counter.')}</p>
        <p>
          {t(
            'The ticket is a cookie with a number on it. The coat is the token that opens your data: the server makes one for each request, shows it to the API, and forgets it with the answer.',
          )}
        </p>
        <p>
          <RichWords
            text="Many sites hand the coat to the browser, where any script on the page can take it. Here there is nothing to take, and this page shows all of it. See also {sessions} and {activity}."
            parts={{
              sessions: <Link to="/account/sessions">{t('your sessions')}</Link>,
              activity: <Link to="/account/activity">{t('your activity')}</Link>,
            }}
          />
        </p>
      </div>
      <InspectorFigure />
    </section>
  )
}

type Loaded = ReturnType<typeof useLoaderData<typeof loader>>

function Browser({ browser: { held, absent, otherBytes } }: Pick<Loaded, 'browser'>) {
  return (
    <section className="stack" aria-labelledby="browser-title">
      <h2 id="browser-title">{t('What your browser holds')}</h2>
      {held.map(({ key, title, words, facts }) => (
        <section key={key} className="card ticket" aria-labelledby={`cookie-${key}`}>
          <h3 className="card-title" id={`cookie-${key}`}>
            {title}
          </h3>
          <p>{words}</p>
          <FactList facts={facts} />
        </section>
      ))}
      <ScriptView />
      <details>
        <summary>{t('Cookies that it could hold, and does not')}</summary>
        <dl className="pairs">
          {absent.map(({ name, words }) => (
            <div key={name}>
              <dt>
                <code className="fact">{name}</code>
              </dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
      </details>
      {otherBytes === 0 ? null : (
        <p className="meta">{t('Cookies that are not Cloakroom’s: {count} bytes.', { count: otherBytes })}</p>
      )}
    </section>
  )
}

function Access({ access }: Pick<Loaded, 'access'>) {
  return (
    <section className="card" aria-labelledby="access-title">
      <h3 className="card-title" id="access-title">
        {t('The access token of this request')}
      </h3>
      {access ? (
        <>
          <FactList facts={access.facts} />
          <details open>
            <summary>{t('What it says')}</summary>
            <FactList facts={access.claims} />
          </details>
        </>
      ) : (
        <p>{t('The API does not tell what it was shown. The token itself stays on the server either way.')}</p>
      )}
    </section>
  )
}

function Sandbox({ scenarios }: Pick<Loaded, 'scenarios'>) {
  const answer = useActionData<typeof action>()
  return (
    <section className="section" aria-labelledby="sandbox-title">
      <h2 id="sandbox-title">{t('See the defences at work')}</h2>
      <p>
        {t(
          'Each button plays a scene with a made-up session on the server: the same rules and the same code as yours, its own clock, and nothing of yours is touched.',
        )}
      </p>
      <ul className="scenes">
        {scenarios.map(({ name, title, text }) => (
          <li key={name} className="card">
            <h3 className="card-title">{title}</h3>
            <p>{text}</p>
            <PostForm action="/inspect#result">
              <SubmitButton intent={name} look="plain" pending={t('Playing…')}>
                {t('Show')}
                <span className="visually-hidden"> {title}</span>
              </SubmitButton>
            </PostForm>
          </li>
        ))}
      </ul>
      {answer?.run ? <SandboxResult run={answer.run} /> : null}
      <AlertNotice refusal={answer?.refusal ?? undefined} />
    </section>
  )
}
