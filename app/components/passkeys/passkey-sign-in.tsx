import { useEffect, useRef, useState } from 'react'
import { t } from '../../i18n/index.ts'
import { useCsrf } from '../forms/csrf-field.tsx'
import type { PasskeyOutcome } from './passkey-browser.ts'
import { PasskeyButton } from './passkey-button.tsx'

type PasskeySignInProps = {
  /** Own path to go to afterwards. */
  target: string
  /** The id of the box that keeps somebody signed in. */
  rememberId: string
}

/** A challenge lives for five minutes; a page that stays open asks for another one before. */
const renewEveryMs = 4 * 60_000

/**
 * Signing in by passkey: among the browser's suggestions for the address field, and by a button. Without scripts, or
 * where the browser knows no passkeys, there is nothing to see.
 */
export function PasskeySignIn({ target, rememberId }: PasskeySignInProps) {
  const csrf = useCsrf()
  const [isOffered, setOffered] = useState(false)
  const [message, setMessage] = useState('')
  /** While the button's request is under way, suggestions must not end it. */
  const isPressed = useRef(false)

  async function ask(fillIn: boolean): Promise<PasskeyOutcome> {
    if (csrf === null) return { kind: 'cancelled' }
    const { isTicked, provePasskey } = await import('./passkey-browser.ts')
    const outcome = await provePasskey({
      ...{ optionsPath: '/bff/passkeys/sign-in-options', answerPath: '/bff/passkeys/sign-in', csrf, fillIn },
      isWanted: () => !fillIn || !isPressed.current,
      extra: () => ({ remember: isTicked(rememberId) }),
    })
    if (outcome.kind === 'done') window.location.assign(target)
    if (outcome.kind === 'refused') setMessage(outcome.message)
    return outcome
  }

  async function press() {
    isPressed.current = true
    const { kind } = await ask(false)
    if (kind === 'done') return
    if (kind === 'cancelled') setMessage(t('No passkey was used.'))
    isPressed.current = false
    void suggest()
  }

  async function suggest() {
    const { canFillInPasskeys } = await import('./passkey-browser.ts')
    if ((await canFillInPasskeys()) && !isPressed.current) await ask(true)
  }

  const start = useRef(suggest)
  start.current = suggest

  useEffect(() => {
    let isGone = false
    const passkeys = import('./passkey-browser.ts')
    passkeys.then(({ canUsePasskeys }) => {
      if (isGone || !canUsePasskeys()) return
      setOffered(true)
      void start.current()
    })
    const renewal = setInterval(() => void start.current(), renewEveryMs)
    return () => {
      isGone = true
      clearInterval(renewal)
      passkeys.then(({ stopWaiting }) => stopWaiting())
    }
  }, [])

  if (!isOffered) return null
  return (
    <PasskeyButton
      label={t('Use a passkey instead')}
      lead={t('or, with nothing to type')}
      message={message}
      onPress={press}
    />
  )
}
