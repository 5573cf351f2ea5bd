import { redirect } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { changePreferences, guardAction, guardLoader } from '../bff/index.server.ts'
import { ErrorSummary } from '../components/forms/error-summary.tsx'
import { PostForm } from '../components/forms/post-form.tsx'
import { postedForm } from '../components/forms/posted-form.ts'
import { RadioField } from '../components/forms/radio-field.tsx'
import { SubmitButton } from '../components/forms/submit-button.tsx'
import { pageTitle } from '../components/layout/page-title.ts'
import { usePreferences } from '../components/layout/preferences-context.tsx'
import { preferencesInput } from '../contract/index.ts'
import { safePath } from '../http/index.server.ts'
import { languages, t } from '../i18n/index.ts'
import { parseForm, refuseForm } from '../presenters/page-input.server.ts'

export { ProblemBoundary as ErrorBoundary } from '../components/layout/problem-page.tsx'

export const loader = /* @__PURE__ */ guardLoader({ access: 'optional' }, async ({ url, csrfToken }) => ({
  redirectTo: safePath(url.searchParams.get('redirectTo'), '/'),
  csrf: csrfToken(),
}))

export const action = /* @__PURE__ */ guardAction({ access: 'optional' }, async ({ form }) => {
  const submission = parseForm(form, preferencesInput)
  if (submission.status !== 'success') return refuseForm(submission)
  const { theme, language } = submission.value
  changePreferences({
    ...(theme === undefined ? {} : { theme: theme === 'system' ? null : theme }),
    ...(language === undefined ? {} : { language: language === 'browser' ? null : language }),
  })
  return redirect(safePath(form.get('redirectTo')?.toString(), '/'))
})

export const meta = pageTitle(() => t('Appearance and language'))

export default function PreferencesPage() {
  const { redirectTo } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()?.lastResult
  const { theme, language } = usePreferences()
  const form = postedForm('preferences', answer, { theme: theme ?? 'system', language: language ?? 'browser' })
  return (
    <section className="narrow ticket" aria-labelledby="preferences-title">
      <h1 id="preferences-title">{t('Appearance and language')}</h1>
      <PostForm id={form.id} action="/preferences" className="form" reloadDocument>
        <ErrorSummary errors={form.errors} fields={[form.fields.theme, form.fields.language]} answer={answer} />
        <RadioField
          field={form.fields.theme}
          label={t('Colours')}
          options={[
            ['system', t('As the system has them')],
            ['light', t('Light')],
            ['dark', t('Dark')],
          ]}
        />
        <RadioField
          field={form.fields.language}
          label={t('Language')}
          options={[['browser', t('As the browser asks for it')], ...Object.entries(languages)]}
        />
        <input type="hidden" name="redirectTo" value={redirectTo} />
        <SubmitButton pending={t('Keeping your choice…')}>{t('Keep this choice')}</SubmitButton>
      </PostForm>
      <p className="aside hint">{t('The choice is kept in this browser, in a cookie that says nothing about you.')}</p>
    </section>
  )
}
