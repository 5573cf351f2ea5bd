import { useEffect, useState } from 'react'
import { t } from '../../i18n/index.ts'
import { useCsrf } from '../forms/csrf-field.tsx'
import { PasskeyButton } from './passkey-button.tsx'

type PasskeyStepProps = {
  /** Own path to go to afterwards. */
  target: string
  /** The id of the box that makes this browser trusted. */
  trustId: string
}

/** The second step by passkey. Without scripts there is a word about it instead of the button. */
export function PasskeyStep({ target, trustId }: PasskeyStepProps) {
  const csrf = useCsrf()
  const [isScripted, setScripted] = useState(false)
  const [message, setMessage] = useState('')
  useEffect(() => setScripted(true), [])

  async function prove() {
    if (csrf === null) return
    setMessage('')
    const { isTicked, provePasskey } = await import('./passkey-browser.ts')
    const outcome = await provePasskey({
      ...{ optionsPath: '/bff/passkeys/verify-options', answerPath: '/bff/login/verify', csrf },
      extra: () => ({ trust: isTicked(trustId) }),
    })
    if (outcome.kind === 'done') window.location.assign(target)
    else setMessage(outcome.kind === 'refused' ? outcome.message : t('No passkey was used.'))
  }

  if (!isScripted) return <p className="meta">{t('Using your passkey here needs JavaScript.')}</p>
  return <PasskeyButton label={t('Use a passkey')} message={message} onPress={prove} />
}
