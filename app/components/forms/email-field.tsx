import type { ReactNode } from 'react'
import { t } from '../../i18n/index.ts'
import { TextField } from './field.tsx'
import type { PostedField } from './posted-form.ts'

type EmailFieldProps = {
  field: PostedField
  label?: string
  hint?: ReactNode
  /** What a browser fills in; `username webauthn` where passkeys are suggested as well. */
  autoComplete?: 'username' | 'username webauthn' | 'email' | 'off'
  /** Stands below the message, such as a link that helps. */
  help?: ReactNode
}

/** An email address, by default the one that an account is known by. */
export function EmailField({ field, label, hint, autoComplete = 'username', help }: EmailFieldProps) {
  return (
    <TextField
      field={field}
      label={label ?? t('Email address')}
      hint={hint}
      type="email"
      autoComplete={autoComplete}
      spellCheck={false}
      maxLength={254}
      required
      help={help}
    />
  )
}
