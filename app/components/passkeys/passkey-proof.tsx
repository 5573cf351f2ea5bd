import { useEffect, useRef, useState } from 'react'
import { t } from '../../i18n/index.ts'
import { useCsrf } from '../forms/csrf-field.tsx'
import { PasskeyButton } from './passkey-button.tsx'

type PasskeyProofProps = {
  /** The hidden field that takes what the authenticator signed. */
  name: string
  /** Where to ask what to sign, and what to send along; read when the button is pressed. */
  optionsPath: string
  input?: (form: HTMLFormElement) => Record<string, string>
  error?: string | undefined
}

/** A button inside a form: lets the browser's authenticator sign and sends the form with it. */
export function PasskeyProof({ name, optionsPath, input, error = '' }: PasskeyProofProps) {
  const csrf = useCsrf()
  const [isScripted, setScripted] = useState(false)
  const [message, setMessage] = useState(error)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => setScripted(true), [])
  useEffect(() => setMessage(error), [error])

  async function sign() {
    const form = field.current?.form
    if (csrf === null || !form) return
    setMessage('')
    const { signWithPasskey } = await import('./passkey-browser.ts')
    const outcome = await signWithPasskey(optionsPath, csrf, input?.(form) ?? {})
    if (outcome.kind === 'signed' && field.current) {
      field.current.value = outcome.credential
      form.requestSubmit()
      // It is good for once: the next try of this form must not carry it.
      field.current.value = ''
    }
    if (outcome.kind === 'cancelled') setMessage(t('No passkey was used.'))
    if (outcome.kind === 'refused') setMessage(outcome.message)
  }

  return (
    <>
      <input type="hidden" name={name} ref={field} defaultValue="" />
      {isScripted ? (
        <PasskeyButton label={t('Use a passkey')} message={message} onPress={sign} />
      ) : (
        <>
          <p className="meta">{t('Using your passkey here needs JavaScript.')}</p>
          {message === '' ? null : <p className="field-error">{message}</p>}
        </>
      )}
    </>
  )
}
