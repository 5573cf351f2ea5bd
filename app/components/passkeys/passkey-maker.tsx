import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/browser'
import { useEffect, useRef, useState } from 'react'
import { t } from '../../i18n/index.ts'
import { PostForm } from '../forms/post-form.tsx'
import { RichWords } from '../text/rich-words.tsx'

type PasskeyMakerProps = { options: PublicKeyCredentialCreationOptionsJSON; name: string }

/** Asks the browser for a new passkey and sends what comes of it. */
export function PasskeyMaker({ options, name }: PasskeyMakerProps) {
  const [isScripted, setScripted] = useState(false)
  const [message, setMessage] = useState('')
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => setScripted(true), [])

  async function make() {
    setMessage('')
    const { makePasskey } = await import('./passkey-browser.ts')
    const outcome = await makePasskey(options)
    if (outcome.kind === 'made' && field.current) {
      field.current.value = outcome.credential
      field.current.form?.requestSubmit()
    }
    if (outcome.kind === 'cancelled') setMessage(t('No passkey was made. You can try again.'))
    if (outcome.kind === 'refused') setMessage(outcome.message)
  }

  if (!isScripted) return <p>{t('Making a passkey needs JavaScript.')}</p>
  return (
    <PostForm action="/account/security/passkeys" className="form">
      <p>
        <RichWords
          text="Your browser now asks where to keep the passkey {name}."
          parts={{ name: <strong>{name}</strong> }}
        />
      </p>
      <input type="hidden" name="intent" value="add" />
      <input type="hidden" name="name" value={name} />
      <input type="hidden" name="credential" ref={field} defaultValue="" />
      <button type="button" className="button button-primary" onClick={() => void make()}>
        {t('Make the passkey')}
      </button>
      <p role="alert" className="field-error">
        {message}
      </p>
    </PostForm>
  )
}
