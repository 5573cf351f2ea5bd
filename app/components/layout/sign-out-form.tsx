import { Form } from '@remix-run/react'
import { t } from '../../i18n/index.ts'
import { CsrfField } from '../forms/csrf-field.tsx'

/** Ends the session. Loads a new document, so that nothing of the old one stays in the page's memory. */
export function SignOutForm() {
  return (
    <Form method="post" action="/logout" reloadDocument>
      <CsrfField />
      <button type="submit" className="button button-plain">
        {t('Sign out')}
      </button>
    </Form>
  )
}
