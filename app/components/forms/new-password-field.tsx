import type { ReactNode } from 'react'
import { t } from '../../i18n/index.ts'
import { PasswordField } from './password-field.tsx'
import { PasswordStrength } from './password-strength.tsx'
import type { FormAnswer, PostedField } from './posted-form.ts'

type NewPasswordFieldProps = {
  field: PostedField
  label: string
  /** Names of the form's fields whose words make a password weaker. */
  ownWordFields: string[]
  minLength: number
  answer: FormAnswer
  hint?: ReactNode
}

/** A password that is made up now: managers offer one, and a meter says how strong it is. */
export function NewPasswordField({ field, label, ownWordFields, minLength, answer, hint }: NewPasswordFieldProps) {
  const advice = t('At least {minLength} characters. A few words that do not belong together work well.', { minLength })
  return (
    <PasswordField field={field} label={label} hint={hint ?? advice} autoComplete="new-password" answer={answer}>
      <PasswordStrength inputId={field.id} ownWordFields={ownWordFields} minLength={minLength} answer={answer} />
    </PasswordField>
  )
}
