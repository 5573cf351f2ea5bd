import { type ReactNode, useEffect, useRef, useState } from 'react'
import { t } from '../../i18n/index.ts'
import { controlProps, FieldFrame } from './field.tsx'
import { useFormPending } from './post-form.tsx'
import type { FormAnswer, PostedField } from './posted-form.ts'

type PasswordFieldProps = {
  field: PostedField
  label: string
  hint?: ReactNode
  autoComplete: 'current-password' | 'new-password'
  /** The last answer of the server: a new one empties the field, with scripts as without. */
  answer: FormAnswer
  /** Stands right below the input, such as a meter. */
  children?: ReactNode
}

/** A password. Managers and paste work; scripts add a button that shows what was typed until the form is sent. */
export function PasswordField({ field, label, hint, autoComplete, answer, children }: PasswordFieldProps) {
  const input = useRef<HTMLInputElement>(null)
  const [scripted, setScripted] = useState(false)
  const [shown, setShown] = useState(false)
  const pending = useFormPending()
  const emptiedFor = useRef(answer)

  useEffect(() => setScripted(true), [])
  useEffect(() => {
    if (pending) setShown(false)
  }, [pending])
  useEffect(() => {
    // An answer that came as a document came with an empty field, into which somebody may be typing.
    if (answer && answer !== emptiedFor.current && input.current) input.current.value = ''
    emptiedFor.current = answer
  }, [answer])

  return (
    <FieldFrame field={field} label={label} hint={hint}>
      <span className="password">
        <input
          ref={input}
          type={shown ? 'text' : 'password'}
          autoComplete={autoComplete}
          autoCapitalize={shown ? 'none' : undefined}
          spellCheck={false}
          required
          {...controlProps(field, hint)}
        />
        {scripted ? (
          <button
            type="button"
            className="button button-plain"
            aria-pressed={shown}
            aria-controls={field.id}
            onClick={() => setShown(!shown)}
          >
            {shown ? t('Hide') : t('Show')}
            <span className="visually-hidden"> {t('password')}</span>
          </button>
        ) : null}
      </span>
      {children}
    </FieldFrame>
  )
}
